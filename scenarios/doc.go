// Package scenarios reads a trial scenario from TOML into a checked,
// complete Scenario in natural units.
//
// A scenario is put together from layers: presets of programs and services
// below, then what it extends, then its own file, then --set. Load merges
// them, fills in the defaults and reports every problem at once, each with
// the file and line it comes from. The layers that come with the program
// are TOML files too (folders library and preset), so that every default
// that is a number of the world carries its source.
//
// The way through the package: layering (what package layer needs to know of a
// scenario), load, decode (tree to Scenario), defaults, check, encode (and back).
//
// A loaded scenario keeps its layers, so that With can put more settings on top:
// the worlds of its factors (obstacles that an ideal takes away), the cells of a
// sweep. Each factor is tried when the scenario is loaded.
package scenarios
