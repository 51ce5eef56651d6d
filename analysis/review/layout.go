package review

import (
	"slices"
	"strings"
	"unicode"
)

// Measure is the effect measure of a table of studies.
type Measure string

// The measures. Given is whatever the file's own effects are.
const (
	Given   Measure = "given"
	LogOR   Measure = "log_or"
	LogRR   Measure = "log_rr"
	RD      Measure = "rd"
	SMD     Measure = "smd"
	MD      Measure = "md"
	LogHR   Measure = "log_hr" // given ones only
	Unnamed Measure = "effect" // a column yi, which may be anything
)

// Measures returns those that can be asked for.
func Measures() []Measure { return []Measure{Given, LogOR, LogRR, RD, SMD, MD} }

// A role says what a column is for, and the names that it may have: ours first, then
// those that other programs and authors use.
type role struct {
	name  string
	alias []string
	kind  kind
}

// above0 returns the same role for numbers above 0.
func (r role) above0() role {
	r.kind = positive
	return r
}

// A kind says what a column's numbers must be.
type kind uint8

const (
	number   kind = iota
	positive      // above 0
	count         // a whole number of at least 0
	size          // a whole number of at least 1
)

func (k kind) wanted() string {
	return [...]string{"a number", "a number above 0", "a whole number of at least 0", "a whole number of at least 1"}[k]
}

// layout is a way to give effects.
type layout struct {
	name     string // in messages
	roles    []role
	measures []Measure // that can be computed from it; the first unless asked
}

// The roles of columns.
var (
	effectRole = role{"yi", []string{"effect", "es", "te", "estimate", "smd", "g", "hedges_g", "md", "log_or", "logor", "lnor", "log_rr", "logrr", "lnrr", "log_hr", "loghr", "lnhr", "rd", "d", "cohens_d", "cohen_d"}, number}
	ratioRole  = role{"or", []string{"odds_ratio", "rr", "risk_ratio", "relative_risk", "hr", "hazard_ratio"}, positive}
	smdRole    = role{"smd", []string{"g", "hedges_g", "d", "cohens_d", "cohen_d"}, number}
	lowRole    = role{"low", []string{"lower", "ci_low", "ci_lower", "low_ci", "lower_ci", "lower_limit", "lcl", "lci", "ci_lb", "ci_l", "ll", "ci_start", "95_ci_low", "95_ci_lower", "lower_95_ci"}, number}
	highRole   = role{"high", []string{"upper", "ci_high", "ci_upper", "high_ci", "upper_ci", "upper_limit", "ucl", "uci", "ci_ub", "ci_u", "ul", "ci_end", "95_ci_high", "95_ci_upper", "upper_95_ci"}, number}
	varRole    = role{"vi", []string{"var", "variance"}, positive}
	seRole     = role{"se", []string{"sei", "sete", "std_error", "standard_error", "std_err"}, positive}
	studyRole  = role{"study", []string{"author", "trial", "id", "label", "name"}, number}
	totalRole  = role{"n", []string{"ni", "n_total", "total"}, size}

	n1Role = role{"n1", []string{"n1i", "n_1", "n_treated", "total_1", "n_e", "experimental_n", "experimental_total"}, size}
	n0Role = role{"n0", []string{"n2i", "n_0", "n_control", "n2", "n_2", "total_2", "n_c", "control_n", "control_total"}, size}
	aRole  = role{"events1", []string{"a", "ai", "events_1", "event_e", "experimental_cases", "experimental_events", "tpos"}, count}
	bRole  = role{"none1", []string{"b", "bi", "nonevents1", "tneg"}, count}
	cRole  = role{"events0", []string{"c", "ci", "events_0", "events2", "events_2", "event_c", "control_cases", "control_events", "cpos"}, count}
	dRole  = role{"none0", []string{"d", "di", "nonevents0", "none2", "cneg"}, count}
	m1Role = role{"mean1", []string{"m1", "m1i", "mean_1", "mean_e", "experimental_mean"}, number}
	s1Role = role{"sd1", []string{"sd1i", "sd_1", "sd_e", "experimental_sd"}, positive}
	m0Role = role{"mean0", []string{"m0", "m2i", "mean_0", "mean2", "mean_2", "mean_c", "control_mean"}, number}
	s0Role = role{"sd0", []string{"sd2i", "sd_0", "sd2", "sd_2", "sd_c", "control_sd"}, positive}
)

var (
	givenVar    = &layout{"effects with variances", []role{effectRole, varRole}, []Measure{Given}}
	givenSE     = &layout{"effects with standard errors", []role{effectRole, seRole}, []Measure{Given}}
	ratioLimits = &layout{"ratios with 95 % confidence limits", []role{ratioRole, lowRole.above0(), highRole.above0()}, []Measure{Given}}
	givenLimits = &layout{"effects with 95 % confidence limits", []role{effectRole, lowRole, highRole}, []Measure{Given}}
	givenSizes  = &layout{"standardized mean differences and clients of two arms", []role{smdRole, n1Role, n0Role}, []Measure{Given}}
	cells       = &layout{"the four cells of a two-by-two table", []role{aRole, bRole, cRole, dRole}, []Measure{LogOR, LogRR, RD}}
	events      = &layout{"events and clients of two arms", []role{aRole, n1Role, cRole, n0Role}, []Measure{LogOR, LogRR, RD}}
	means       = &layout{"means, standard deviations and clients of two arms", []role{m1Role, s1Role, n1Role, m0Role, s0Role, n0Role}, []Measure{SMD, MD}}
)

// layouts, in the order in which they are looked for.
var layouts = []*layout{givenVar, givenSE, ratioLimits, givenLimits, givenSizes, cells, events, means}

// measureOf returns what an effect column's name says that it is.
func measureOf(column string) Measure {
	switch plainName(column) {
	case "smd", "g", "hedges_g", "d", "cohens_d", "cohen_d":
		return SMD
	case "md":
		return MD
	case "log_or", "logor", "lnor", "or", "odds_ratio":
		return LogOR
	case "log_rr", "logrr", "lnrr", "rr", "risk_ratio", "relative_risk":
		return LogRR
	case "log_hr", "loghr", "lnhr", "hr", "hazard_ratio":
		return LogHR
	case "rd":
		return RD
	}
	return Unnamed
}

// uncorrected reports whether a column of standardized mean differences has Cohen's d, which
// lacks the correction for small samples.
func uncorrected(column string) bool {
	return slices.Contains([]string{"d", "cohens_d", "cohen_d"}, plainName(column))
}

// plainName returns a column's name in small letters, with an underscore for whatever is
// neither letter nor digit, but without quotes.
func plainName(column string) string {
	column = strings.NewReplacer("'", "", "’", "").Replace(strings.ToLower(column))
	return strings.Join(strings.FieldsFunc(column, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), "_")
}

// find returns where a role's column is: by our name, else by another; -1 if nowhere.
// Capitals don't matter, nor what stands between words.
func (r *role) find(header []string) int {
	for _, name := range append([]string{r.name}, r.alias...) {
		if at := slices.IndexFunc(header, func(h string) bool { return plainName(h) == name }); at >= 0 {
			return at
		}
	}
	return -1
}

// columns returns where the roles of a layout are, -1 for those that are missing,
// and how many there are.
func (l *layout) columns(header []string) (at []int, found int) {
	for k := range l.roles {
		c := l.roles[k].find(header)
		if slices.Contains(at, c) || c >= 0 && k == 0 && l.isCell(header, c) {
			c = -1
		}
		at = append(at, c)
		if c >= 0 {
			found++
		}
	}
	return at, found
}

// isCell reports whether a column d, taken for an effect, is a cell of a two-by-two table.
func (l *layout) isCell(header []string, c int) bool {
	if plainName(header[c]) != "d" {
		return false
	}
	for _, r := range []role{aRole, bRole, cRole} {
		if r.find(header) < 0 {
			return false
		}
	}
	return true
}

// complete reports whether nothing is missing.
func (l *layout) complete(header []string) bool {
	_, found := l.columns(header)
	return found == len(l.roles)
}

// offers reports whether a measure can be had from a layout.
func (l *layout) offers(m Measure) bool { return m == "" || slices.Contains(l.measures, m) }

// names returns those of a layout's columns in our words.
func (l *layout) names() string {
	var out []string
	for _, r := range l.roles {
		out = append(out, r.name)
	}
	return strings.Join(out, ", ")
}

// Columns are the columns of one way to give effects, for the docs.
type Columns struct {
	What     string
	Names    []string // ours
	Others   []string // of other programs and authors, by column
	Measures []Measure
}

// Layouts lists the ways to give effects, in the order in which they are looked for.
func Layouts() []Columns {
	var out []Columns
	for _, l := range layouts {
		c := Columns{What: l.name, Measures: l.measures}
		for _, r := range l.roles {
			c.Names, c.Others = append(c.Names, r.name), append(c.Others, strings.Join(r.alias, ", "))
		}
		out = append(out, c)
	}
	for _, r := range []role{studyRole, totalRole} {
		out = append(out, Columns{What: map[string]string{"study": "name of the study, if there is one", "n": "clients in all, if known"}[r.name],
			Names: []string{r.name}, Others: []string{strings.Join(r.alias, ", ")}})
	}
	return out
}
