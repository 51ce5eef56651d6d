// Package docs_test holds the pages to what they are made from. Their console
// blocks are run in cmd/caseload.
package docs_test
