// Package figure draws what the analyses concluded: SVG for pages and papers,
// PNG for slides. Nothing is computed here but places on the paper, and nothing
// is written but to the writer that is handed in.
//
// A figure is a sheet (title, legend, notes) around panels. Colours, letters
// and axes come from the theme alone, so that all figures look like one house.
// The same input gives the same bytes.
package figure
