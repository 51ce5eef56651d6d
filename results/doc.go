// Package results is what people see: tables and JSON of what the analyses
// concluded, with nothing computed here but rounding.
//
// Each question has a type whose fields are the names of its JSON object
// (Run, Trial) and methods that write it as text, Markdown or CSV. A missing
// number is null in JSON, "-" in a table and empty in CSV: never NaN, never 0.
package results
