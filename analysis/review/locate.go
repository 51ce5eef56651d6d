package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// locate finds the columns that are used.
func (r *reader) locate() {
	r.columns = map[string]int{}
	for k, h := range r.header {
		if h != "" && slices.IndexFunc(r.header, func(other string) bool { return strings.EqualFold(h, other) }) < k {
			r.problem(r.headerLine, h, "two columns of that name", "one", "")
		}
	}
	r.chooseLayout()
	r.study, r.total = studyRole.find(r.header), -1
	r.second = -1
	if r.layout != nil {
		r.total = totalRole.find(r.header)
	}
	if r.layout == givenVar {
		r.second = seRole.find(r.header)
	}
	for _, name := range []*string{&r.o.Study, &r.o.Subgroup, &r.o.Cluster, &r.o.Order} {
		if !r.find(*name) {
			*name = "" // so that the rest can be checked
		}
	}
	r.o.Moderators, r.o.Factors = r.found(r.o.Moderators), r.found(r.o.Factors)
	if r.o.Study != "" {
		r.study = r.columns[r.o.Study]
	}
}

// find finds a column that was asked for by name.
func (r *reader) find(name string) bool {
	if name == "" {
		return false
	}
	at := slices.IndexFunc(r.header, func(h string) bool { return strings.EqualFold(h, name) })
	if at < 0 {
		r.problem(r.headerLine, name, "no column of that name", "one of "+strings.Join(r.header, ", "), r.near(name, nil))
		return false
	}
	r.columns[name] = at
	return true
}

// found returns the names of columns that there are.
func (r *reader) found(names []string) []string {
	var out []string
	for _, name := range names {
		if r.find(name) {
			out = append(out, name)
		}
	}
	return out
}

// near returns a hint at the column whose name is nearest, of those that are not
// taken.
func (r *reader) near(name string, taken []int) string {
	const likeEnough = 0.5 // two letters of a word of five that changed places
	best, score := "", 0.0
	for k, h := range r.header {
		s := levenshtein.Similarity(strings.ToLower(name), strings.ToLower(h), nil)
		if s >= likeEnough && s > score && !slices.Contains(taken, k) {
			best, score = h, s
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// chooseLayout finds how the file gives effects.
func (r *reader) chooseLayout() {
	var complete []*layout
	for _, l := range layouts {
		if l.complete(r.header) && l.offers(r.o.Measure) {
			complete = append(complete, l)
		}
	}
	switch {
	case len(complete) == 0:
		r.noLayout()
		return
	case len(complete) > 1 && r.o.Measure == "" && raw(complete[0]) != raw(complete[len(complete)-1]):
		last := complete[len(complete)-1]
		r.problem(r.headerLine, "", fmt.Sprintf("both %s and %s", complete[0].name, last.name),
			fmt.Sprintf("a choice: --measure given, or --measure %s", last.measures[0]), "")
		return
	}
	r.layout = complete[0]
	r.at, _ = r.layout.columns(r.header)
	r.data.Layout, r.data.Measure = r.layout.name, r.o.Measure
	if r.data.Measure == "" {
		r.data.Measure = r.layout.measures[0]
	}
	if r.data.Measure == Given {
		r.data.Measure = measureOf(r.header[r.at[0]])
	}
}

// raw reports whether effects have to be computed.
func raw(l *layout) bool { return !slices.Contains(l.measures, Given) }

// noLayout says which columns are missing from the layout that is nearest to the
// file's, or from all that could be.
func (r *reader) noLayout() {
	var nearest *layout
	most := 0
	for _, l := range layouts {
		if _, found := l.columns(r.header); found > most && l.offers(r.o.Measure) {
			nearest, most = l, found
		}
	}
	if nearest == nil {
		want := "columns yi, vi; or yi, se; or yi, low, high; or odds_ratio, low, high; or smd, n1, n0; or events1, n1, events0, n0; or mean1, sd1, n1, mean0, sd0, n0"
		if r.o.Measure != "" {
			want = "those of --measure " + string(r.o.Measure) + ":"
			for k, l := range slices.DeleteFunc(slices.Clone(layouts), func(l *layout) bool { return !l.offers(r.o.Measure) }) {
				if k > 0 {
					want += "; or"
				}
				want += " " + l.names()
			}
		}
		r.problem(r.headerLine, "", "columns "+strings.Join(r.header, ", "), want, "")
		return
	}
	at, _ := nearest.columns(r.header)
	for k, c := range at {
		if c < 0 {
			role := nearest.roles[k]
			if nearest == givenVar && k == 1 {
				role.name = "vi or se"
			}
			r.problem(r.headerLine, role.name, "no such column", fmt.Sprintf("%s (%s)", role.kind.wanted(), nearest.name+": "+nearest.names()), r.near(nearest.roles[k].name, at))
		}
	}
}
