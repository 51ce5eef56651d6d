// Package literature shows what reviews of simulated bodies of trials conclude.
package literature
