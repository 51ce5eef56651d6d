// Package page sets what a run, and what stands beside it in its folder, says
// into one HTML file that needs nothing else: no script, no font, no image and no
// network. Figures stand in it as SVG, with their message in words and, below
// them, their numbers as a table.
//
// A page is a list of sections. Those of this package are made of results; others
// can be put among them. Nothing is computed here. The same input gives the same
// bytes.
package page
