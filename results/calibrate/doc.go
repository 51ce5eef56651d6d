// Package calibrate shows parameters that fit published figures, and the check of such
// calibrations.
package calibrate
