// Package compare shows what designs of one trial find, what they are about and what they take.
package compare
