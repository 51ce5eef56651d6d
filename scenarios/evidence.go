package scenarios

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Evidence is what a number rests on, by the words of its source.
type Evidence string

// The kinds of evidence, from the strongest to none.
const (
	EvidenceReview    Evidence = "review" // a review or meta-analysis
	EvidenceStudy     Evidence = "study"  // a trial or another study
	EvidenceJudgement Evidence = "judgement"
	EvidenceDesign    Evidence = "by design"     // it follows from what the program or service is
	EvidenceOpen      Evidence = "left open"     // nothing is assumed
	EvidenceMadeUp    Evidence = "made up"       // for an example
	EvidenceScenario  Evidence = "this scenario" // has put it in the place of a number with a source
	EvidenceNone      Evidence = ""              // the number has no source of its own
)

// Evidences lists the kinds, from the strongest to none.
func Evidences() []Evidence {
	return []Evidence{EvidenceReview, EvidenceStudy, EvidenceJudgement, EvidenceDesign, EvidenceOpen, EvidenceMadeUp, EvidenceScenario, EvidenceNone}
}

// In words, of how many numbers.
var evidenceWords = map[Evidence][2]string{
	EvidenceReview: {"rests on a review", "rest on reviews"}, EvidenceStudy: {"rests on a trial or another study", "rest on trials or other studies"},
	EvidenceJudgement: {"is a judgement", "are judgements"}, EvidenceDesign: {"holds by design", "hold by design"},
	EvidenceOpen: {"is left open", "are left open"}, EvidenceMadeUp: {"is made up", "are made up"},
	EvidenceScenario: {"is this scenario's own", "are this scenario's own"}, EvidenceNone: {"has no source of its own", "have no source of their own"},
}

// Words returns the kind as a clause about so many numbers.
func (e Evidence) Words(n int) string {
	if n == 1 {
		return evidenceWords[e][0]
	}
	return evidenceWords[e][1]
}

// beginnings are the words that begin the source of a number which no study has found.
var beginnings = []Evidence{EvidenceJudgement, EvidenceDesign, EvidenceOpen, EvidenceMadeUp}

// reviews are words of sources that are reviews, or the names of reviews that the
// library cites without saying what they are.
var reviews = []string{"review", "meta-analy", "metaanaly", "cochrane", "pooled", " studies,", "cohorts", "vanderplasschen", "hesse 2007", "hesse et al. 2007", "hunt 2013", "hunt et al. 2013", "de vet", "neura"}

// firstCitation is the text up to its first year, from 1900 to 2099.
func firstCitation(text string) string {
	end := 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		end += strings.Index(text[end:], word) + len(word)
		if year, err := strconv.Atoi(word); err == nil && len(word) == 4 && 1900 <= year && year < 2100 {
			return text[:end]
		}
	}
	return text
}

// EvidenceOf tells what kind of evidence the words of a source name. "Judgement", "By
// design", "Left open" and "Made up" at the beginning say so themselves, and what nobody
// has read is a judgement. Of any other source the first that it cites decides: it is a
// review, or a trial or study. A source that adds "a judgement" to what is published stays
// what is published: its words say which part is which.
func EvidenceOf(source string) Evidence {
	text := strings.ToLower(source)
	switch source {
	case "":
		return EvidenceNone
	case ThisScenario:
		return EvidenceScenario
	}
	for _, kind := range beginnings {
		if strings.HasPrefix(text, string(kind)) {
			return kind
		}
	}
	if strings.Contains(text, "no source read") {
		return EvidenceJudgement
	}
	text = firstCitation(text)
	if slices.ContainsFunc(reviews, func(word string) bool { return strings.Contains(text, word) }) {
		return EvidenceReview
	}
	return EvidenceStudy
}
