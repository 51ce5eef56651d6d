package layer

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidate that is most like word, or else the shortest
// that begins with it, or "" if none does.
func Nearest(word string, candidates []string) string {
	const likeEnough, shortest, longest = 0.6, 3, 80
	if len(word) > longest {
		return ""
	}
	best, score := "", likeEnough
	for _, c := range candidates {
		s := levenshtein.Similarity(strings.ToLower(word), strings.ToLower(c), nil)
		if s > score || s == score && best == "" {
			best, score = c, s
		}
	}
	for _, c := range candidates {
		if score == likeEnough && len(word) >= shortest && strings.HasPrefix(c, word) && (best == "" || len(c) < len(best)) {
			best = c
		}
	}
	return best
}

// DidYouMean returns the hint for a misspelt word, or "".
func DidYouMean(word string, candidates []string) string {
	if n := Nearest(word, candidates); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	return ""
}

// OneOf lists the words that would have been accepted.
func OneOf(words []string) string {
	if len(words) == 0 {
		return "nothing here: none is defined"
	}
	if len(words) == 1 {
		return words[0]
	}
	const most = 40
	if len(words) > most {
		words = append(slices.Clone(words[:most]), "...")
	}
	return "one of " + strings.Join(words, ", ")
}

// Shorten cuts a text to a length that fits in a message.
func Shorten(text string) string {
	const most = 72
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-3]) + "..."
}
