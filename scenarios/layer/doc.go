// Package layer puts a TOML text together from layers: it reads each with the
// line of every key, lays one over another, and sets single values by the path
// of their key.
//
// It knows no format of its own. Rules describes one by the Go type that the
// text is read into, and names the types whose tables and lists are merged in
// another way than key by key.
package layer
