package docs_test

import (
	"regexp"
	"strings"
)

// prose is a page without its blocks of code.
func prose(text string) string {
	var b strings.Builder
	fenced := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		} else if !fenced {
			b.WriteString(line)
		}
	}
	return b.String()
}

var notInAnchors = regexp.MustCompile(`[^\p{L}\p{N}\-_ ]`)

// headings returns the anchors that GitHub gives to the headings of a page, each
// heading being the only one of its text.
func headings(text string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(prose(text)) {
		if hashes := len(line) - len(strings.TrimLeft(line, "#")); hashes > 0 && hashes < 7 && line[hashes] == ' ' {
			title := notInAnchors.ReplaceAllString(strings.ToLower(strings.TrimSpace(line[hashes:])), "")
			out[strings.ReplaceAll(title, " ", "-")] = true
		}
	}
	return out
}
