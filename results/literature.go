package results

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/estimate"
	"caseload/analysis/literature"
	"caseload/analysis/review"
	"caseload/scenarios"
)

// Literature is what reviews of simulated bodies of trials find: the JSON object
// of "caseload literature". Intervals are the middle 95 % of bodies; measures of
// the form x_mcse are Monte Carlo standard errors.
type Literature struct {
	Scenario      string                `json:"scenario"`
	Title         string                `json:"title"`
	Seed          int64                 `json:"seed"`
	ModelVersion  int                   `json:"model_version"`
	Bodies        int                   `json:"bodies"`
	Partial       bool                  `json:"partial"`
	Trials        int                   `json:"trials"`         // of a body
	Published     Number                `json:"published"`      // of them, on average
	Estimates     int                   `json:"estimates"`      // effects in all trials of all bodies
	Failed        int                   `json:"failed"`         // of them
	Failures      map[string]int        `json:"failures"`       // by reason
	ReviewsFailed int                   `json:"reviews_failed"` // meta-analyses of groups without a result
	Method        string                `json:"method"`
	Effects       string                `json:"effects"`
	EffectSD      Number                `json:"effect_sd"`
	Rows          []LiteratureRow       `json:"rows"`
	Order         []LiteratureOrder     `json:"order"`
	Moderators    []LiteratureModerator `json:"moderators"`
	Levels        []LiteratureLevel     `json:"levels"`

	Wanted int   `json:"-"`
	First  *Meta `json:"-"` // the first body's review of its main group; nil without one
}

// LiteratureInterval is how a number varies between bodies.
type LiteratureInterval struct {
	Mean   Number `json:"mean"`
	MCSE   Number `json:"mcse"`
	Low    Number `json:"low"`
	Median Number `json:"median"`
	High   Number `json:"high"`
}

// LiteratureRow is what reviews find in a group of outcomes.
type LiteratureRow struct {
	Group   string             `json:"group"`
	Studies Number             `json:"studies"` // pooled, on average
	SMD     LiteratureInterval `json:"smd"`
	Width   Number             `json:"width"` // of the interval of the SMD
	I2      LiteratureInterval `json:"i2"`
	Tau2    LiteratureInterval `json:"tau2"`
	// Significant is the share of bodies whose pooled effect is in favour of case
	// management and p < 0.05, Adverse against it, Heterogeneous with Q's p < 0.05.
	Significant       Number               `json:"significant"`
	SignificantMCSE   Number               `json:"significant_mcse"`
	Adverse           Number               `json:"adverse"`
	AdverseMCSE       Number               `json:"adverse_mcse"`
	Heterogeneous     Number               `json:"heterogeneous"`
	HeterogeneousMCSE Number               `json:"heterogeneous_mcse"`
	Failed            int                  `json:"failed"` // bodies
	Published         *LiteraturePublished `json:"published"`
	Inside            *bool                `json:"inside"`
	I2Inside          *bool                `json:"i2_inside"`
	P                 Number               `json:"p"` // predictive, two-sided
	I2P               Number               `json:"i2_p"`
	Rank              LiteratureInterval   `json:"rank"`

	Values []float64 `json:"-"` // pooled effects, by body
}

// LiteraturePublished is what a review reports.
type LiteraturePublished struct {
	Studies int    `json:"studies"`
	SMD     Number `json:"smd"`
	Low     Number `json:"low"`
	High    Number `json:"high"`
	I2      Number `json:"i2"`
	Rank    int    `json:"rank"` // 0: not reported
	Source  string `json:"source"`
}

// LiteratureOrder is how often one group's pooled effect is above another's.
type LiteratureOrder struct {
	Above string `json:"above"`
	Below string `json:"below"`
	Share Number `json:"share"`
	MCSE  Number `json:"mcse"`
}

// LiteratureModerator is a moderator as reviews test it.
type LiteratureModerator struct {
	Moderator       string             `json:"moderator"`
	Group           string             `json:"group"`
	Published       string             `json:"published"` // sign, "" if not reported
	Slope           LiteratureInterval `json:"slope"`
	AsPublished     Number             `json:"as_published"` // share of bodies with that sign
	AsPublishedMCSE Number             `json:"as_published_mcse"`
	Positive        Number             `json:"positive"` // above 0 and p < 0.05
	PositiveMCSE    Number             `json:"positive_mcse"`
	Negative        Number             `json:"negative"`
	NegativeMCSE    Number             `json:"negative_mcse"`
	Failed          int                `json:"failed"`
}

// LiteratureLevel is the mean effect of the trials at a level of a moderator.
type LiteratureLevel struct {
	Moderator string `json:"moderator"`
	Level     string `json:"level"`
	Group     string `json:"group"`
	Trials    Number `json:"trials"` // a body
	Mean      Number `json:"mean"`
	MCSE      Number `json:"mcse"`
}

// NewLiterature puts a result into the form in which it is shown.
func NewLiterature(r *literature.Result, name string) *Literature {
	l := r.Scenario.Literature
	out := &Literature{Scenario: name, Title: r.Scenario.Title, Seed: r.Seed, ModelVersion: analysis.ModelVersion, Bodies: r.Bodies, Partial: r.Partial,
		Wanted: r.Wanted, Trials: r.Trials, Published: Number(r.Published), Estimates: r.Effects, Failures: map[string]int{}, Method: l.Method, Effects: l.Effects,
		EffectSD: Number(l.EffectSD), Rows: []LiteratureRow{}, Order: []LiteratureOrder{}, Moderators: []LiteratureModerator{}, Levels: []LiteratureLevel{}}
	for s, n := range r.Failed {
		if n > 0 {
			out.Failed += n
			out.Failures[estimate.Status(s).String()] = n
		}
	}
	for k := range r.Rows {
		out.Rows = append(out.Rows, newLiteratureRow(&r.Rows[k]))
		out.ReviewsFailed += r.Rows[k].Failed
		for j := range r.Rows {
			if s := r.Order[k][j]; j != k && s.N > 0 {
				out.Order = append(out.Order, LiteratureOrder{r.Rows[k].Group, r.Rows[j].Group, Number(s.Value), Number(s.MCSE)})
			}
		}
	}
	for k := range r.Tested {
		t := &r.Tested[k]
		out.Moderators = append(out.Moderators, LiteratureModerator{Moderator: t.Moderator, Group: t.Group, Published: t.Published, Slope: interval(t.Slope),
			AsPublished: Number(t.AsPublished.Value), AsPublishedMCSE: Number(t.AsPublished.MCSE), Positive: Number(t.Positive.Value), PositiveMCSE: Number(t.Positive.MCSE),
			Negative: Number(t.Negative.Value), NegativeMCSE: Number(t.Negative.MCSE), Failed: t.Failed})
	}
	for _, x := range r.Levels {
		out.Levels = append(out.Levels, LiteratureLevel{x.Moderator, x.Level, x.Group, Number(x.Trials), Number(x.Mean), Number(x.MCSE)})
	}
	out.First = firstBody(r, out.main())
	return out
}

func interval(x literature.Interval) LiteratureInterval {
	return LiteratureInterval{Number(x.Mean), Number(x.MCSE), Number(x.Low), Number(x.Median), Number(x.High)}
}

func newLiteratureRow(x *literature.Row) LiteratureRow {
	r := LiteratureRow{Group: x.Group, Studies: Number(x.Studies.Mean), SMD: interval(x.SMD), Width: Number(x.SMD.High - x.SMD.Low), I2: interval(x.I2), Tau2: interval(x.Tau2),
		Significant: Number(x.Favourable.Value), SignificantMCSE: Number(x.Favourable.MCSE), Adverse: Number(x.Adverse.Value), AdverseMCSE: Number(x.Adverse.MCSE),
		Heterogeneous: Number(x.Heterogeneous.Value), HeterogeneousMCSE: Number(x.Heterogeneous.MCSE), Failed: x.Failed,
		Inside: x.Inside, I2Inside: x.I2Inside, P: Number(x.P), I2P: Number(x.I2P), Rank: interval(x.Rank), Values: x.Values}
	if p := x.Published; p != nil {
		number := func(v *float64) Number {
			if v == nil {
				return Missing()
			}
			return Number(*v)
		}
		r.Published = &LiteraturePublished{p.Studies, number(p.SMD), number(p.Low), number(p.High), number(p.I2), p.Rank, p.Source}
	}
	return r
}

// main is the group that is shown first: the first that has a published effect,
// else the last, which is the widest. It is nil without groups.
func (l *Literature) main() *LiteratureRow {
	for k := range l.Rows {
		if p := l.Rows[k].Published; p != nil && p.SMD.Known() {
			return &l.Rows[k]
		}
	}
	if len(l.Rows) == 0 {
		return nil
	}
	return &l.Rows[len(l.Rows)-1]
}

// firstBody reviews the first body's published trials as "caseload meta" does.
func firstBody(r *literature.Result, group *LiteratureRow) *Meta {
	if group == nil || len(r.First) == 0 {
		return nil
	}
	all := r.Scenario.Literature.Effects == scenarios.AllEffects
	d := &review.Data{File: "simulated-" + group.Group, Measure: review.SMD, Layout: "simulated trials"}
	for s := range r.First {
		t := &r.First[s]
		for k := range t.Effects {
			e := &t.Effects[k]
			if !t.Published || !e.Reported || e.Status.Failed() || !e.Cluster.In(group.Group) {
				continue
			}
			name := r.Scenario.Studies[t.Study].Name
			d.Cluster = append(d.Cluster, name)
			d.Study, d.Line, d.Y, d.V, d.N = append(d.Study, name+", "+e.Outcome), append(d.Line, len(d.Y)+1), append(d.Y, e.Y), append(d.V, e.V), append(d.N, float64(t.Clients))
			if !all {
				break
			}
		}
	}
	if len(slices.Compact(slices.Clone(d.Cluster))) == len(d.Cluster) {
		d.Cluster = nil
	}
	a, err := review.Analyse(context.Background(), d, review.Question{Method: r.Scenario.Literature.Method, KnappHartung: r.Scenario.Literature.KnappHartung, Alpha: 0.05})
	if err != nil {
		return nil
	}
	return NewMeta(a, "")
}

// JSON writes one object.
func (l *Literature) JSON(w io.Writer) error { return writeJSON(w, l) }

// CSV writes the rows in full precision.
func (l *Literature) CSV(w io.Writer) error {
	head := []string{"group", "studies", "smd_mean", "smd_mcse", "smd_low", "smd_median", "smd_high", "i2_mean", "i2_mcse", "i2_low", "i2_median", "i2_high",
		"tau2_mean", "tau2_mcse", "tau2_low", "tau2_median", "tau2_high", "significant", "significant_mcse", "heterogeneous", "heterogeneous_mcse", "failed",
		"published_smd", "published_low", "published_high", "published_i2", "published_rank", "inside", "i2_inside", "p", "i2_p", "rank_mean", "rank_low", "rank_high"}
	var rows [][]string
	for k := range l.Rows {
		r := &l.Rows[k]
		row := []string{r.Group, r.Studies.CSV()}
		for _, x := range []*LiteratureInterval{&r.SMD, &r.I2, &r.Tau2} {
			row = append(row, x.Mean.CSV(), x.MCSE.CSV(), x.Low.CSV(), x.Median.CSV(), x.High.CSV())
		}
		row = append(row, r.Significant.CSV(), r.SignificantMCSE.CSV(), r.Heterogeneous.CSV(), r.HeterogeneousMCSE.CSV(), fmt.Sprint(r.Failed))
		p := r.Published
		if p == nil {
			nan := Number(math.NaN())
			p = &LiteraturePublished{SMD: nan, Low: nan, High: nan, I2: nan}
		}
		rank := ""
		if p.Rank > 0 {
			rank = fmt.Sprint(p.Rank)
		}
		row = append(row, p.SMD.CSV(), p.Low.CSV(), p.High.CSV(), p.I2.CSV(), rank, yesNo(r.Inside), yesNo(r.I2Inside), r.P.CSV(), r.I2P.CSV(), r.Rank.Mean.CSV(), r.Rank.Low.CSV(), r.Rank.High.CSV())
		rows = append(rows, row)
	}
	return writeCSV(w, head, rows)
}

// yesNo is "" where it is not known.
func yesNo(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "true"
	}
	return "false"
}
