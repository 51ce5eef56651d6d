package literature

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
	"caseload/results/meta"
	"caseload/results/report"
	"caseload/scenarios"
)

// Literature is what reviews of simulated bodies of trials find: the JSON object
// of "caseload literature". Intervals are the middle 95 % of bodies; measures of
// the form x_mcse are Monte Carlo standard errors.
type Literature struct {
	Scenario      string         `json:"scenario"`
	Title         string         `json:"title"`
	Seed          int64          `json:"seed"`
	ModelVersion  int            `json:"model_version"`
	Bodies        int            `json:"bodies"`
	Partial       bool           `json:"partial"`
	Trials        int            `json:"trials"`         // of a body
	Published     report.Number  `json:"published"`      // of them, on average
	Estimates     int            `json:"estimates"`      // effects in all trials of all bodies
	Failed        int            `json:"failed"`         // of them
	Failures      map[string]int `json:"failures"`       // by reason
	ReviewsFailed int            `json:"reviews_failed"` // meta-analyses of groups without a result
	Method        string         `json:"method"`
	Effects       string         `json:"effects"`
	EffectSD      report.Number  `json:"effect_sd"`
	Rows          []Row          `json:"rows"`
	Order         []Order        `json:"order"`
	Moderators    []Moderator    `json:"moderators"`
	Levels        []Level        `json:"levels"`

	notes, survivors []string // what outcomes are for clients to whom events come

	Wanted int        `json:"-"`
	First  *meta.Meta `json:"-"` // the first body's review of its main group; nil without one
}

// What a row and a moderator consist of.
type (
	Interval = literature.Interval // how a number varies between bodies
	Level    = literature.LevelMean
)

// LiteratureRow is what reviews find in a group of outcomes.
type Row struct {
	Group   string        `json:"group"`
	Studies report.Number `json:"studies"` // pooled, on average
	SMD     Interval      `json:"smd"`
	Width   report.Number `json:"width"` // of the interval of the SMD
	I2      Interval      `json:"i2"`
	Tau2    Interval      `json:"tau2"`
	// Significant is the share of bodies whose pooled effect is in favour of case
	// management and p < 0.05, Adverse against it, Heterogeneous with Q's p < 0.05.
	Significant       report.Number `json:"significant"`
	SignificantMCSE   report.Number `json:"significant_mcse"`
	Adverse           report.Number `json:"adverse"`
	AdverseMCSE       report.Number `json:"adverse_mcse"`
	Heterogeneous     report.Number `json:"heterogeneous"`
	HeterogeneousMCSE report.Number `json:"heterogeneous_mcse"`
	Failed            int           `json:"failed"` // bodies
	Published         *Published    `json:"published"`
	Inside            *bool         `json:"inside"`
	I2Inside          *bool         `json:"i2_inside"`
	P                 report.Number `json:"p"` // predictive, two-sided
	I2P               report.Number `json:"i2_p"`
	Rank              Interval      `json:"rank"`

	Values []float64 `json:"-"` // pooled effects, by body
}

// LiteraturePublished is what a review reports.
type Published struct {
	Studies int           `json:"studies"`
	SMD     report.Number `json:"smd"`
	Low     report.Number `json:"low"`
	High    report.Number `json:"high"`
	I2      report.Number `json:"i2"`
	Rank    int           `json:"rank"` // 0: not reported
	Source  string        `json:"source"`
}

// LiteratureOrder is how often one group's pooled effect is above another's.
type Order struct {
	Above string        `json:"above"`
	Below string        `json:"below"`
	Share report.Number `json:"share"`
	MCSE  report.Number `json:"mcse"`
}

// LiteratureModerator is a moderator as reviews test it.
type Moderator struct {
	Moderator       string        `json:"moderator"`
	Group           string        `json:"group"`
	Published       string        `json:"published"` // sign, "" if not reported
	Slope           Interval      `json:"slope"`
	AsPublished     report.Number `json:"as_published"` // share of bodies with that sign
	AsPublishedMCSE report.Number `json:"as_published_mcse"`
	Positive        report.Number `json:"positive"` // above 0 and p < 0.05
	PositiveMCSE    report.Number `json:"positive_mcse"`
	Negative        report.Number `json:"negative"`
	NegativeMCSE    report.Number `json:"negative_mcse"`
	Failed          int           `json:"failed"`
}

// NewLiterature puts a result into the form in which it is shown.
func New(r *literature.Result, name string) *Literature {
	l := r.Scenario.Literature
	out := &Literature{Scenario: name, Title: r.Scenario.Title, Seed: r.Seed, ModelVersion: analysis.ModelVersion, Bodies: r.Bodies, Partial: r.Partial,
		Wanted: r.Wanted, Trials: r.Trials, Published: report.Number(r.Published), Estimates: r.Effects, Failures: map[string]int{}, Method: l.Method, Effects: l.Effects,
		EffectSD: report.Number(l.EffectSD), Rows: []Row{}, Order: []Order{}, Moderators: []Moderator{}, Levels: append([]Level{}, r.Levels...)}
	all := func(string) bool { return true }
	out.notes, out.survivors = report.Notes(r.Scenario, all), report.SurvivorsNotes(r.Scenario, all)
	for s, n := range r.Failed {
		if n > 0 {
			out.Failed += n
			out.Failures[estimate.Status(s).String()] = n
		}
	}
	for k := range r.Rows {
		out.Rows = append(out.Rows, newRow(&r.Rows[k]))
		out.ReviewsFailed += r.Rows[k].Failed
		for j := range r.Rows {
			if s := r.Order[k][j]; j != k && s.N > 0 {
				out.Order = append(out.Order, Order{r.Rows[k].Group, r.Rows[j].Group, report.Number(s.Value), report.Number(s.MCSE)})
			}
		}
	}
	for k := range r.Tested {
		t := &r.Tested[k]
		out.Moderators = append(out.Moderators, Moderator{Moderator: t.Moderator, Group: t.Group, Published: t.Published, Slope: t.Slope,
			AsPublished: report.Number(t.AsPublished.Value), AsPublishedMCSE: report.Number(t.AsPublished.MCSE), Positive: report.Number(t.Positive.Value), PositiveMCSE: report.Number(t.Positive.MCSE),
			Negative: report.Number(t.Negative.Value), NegativeMCSE: report.Number(t.Negative.MCSE), Failed: t.Failed})
	}
	out.First = firstBody(r, out.main())
	return out
}

func newRow(x *literature.Row) Row {
	r := Row{Group: x.Group, Studies: x.Studies.Mean, SMD: x.SMD, Width: x.SMD.High - x.SMD.Low, I2: x.I2, Tau2: x.Tau2,
		Significant: report.Number(x.Favourable.Value), SignificantMCSE: report.Number(x.Favourable.MCSE), Adverse: report.Number(x.Adverse.Value), AdverseMCSE: report.Number(x.Adverse.MCSE),
		Heterogeneous: report.Number(x.Heterogeneous.Value), HeterogeneousMCSE: report.Number(x.Heterogeneous.MCSE), Failed: x.Failed,
		Inside: x.Inside, I2Inside: x.I2Inside, P: report.Number(x.P), I2P: report.Number(x.I2P), Rank: x.Rank, Values: x.Values}
	if p := x.Published; p != nil {
		number := func(v *float64) report.Number {
			if v == nil {
				return report.Missing()
			}
			return report.Number(*v)
		}
		r.Published = &Published{p.Studies, number(p.SMD), number(p.Low), number(p.High), number(p.I2), p.Rank, p.Source}
	}
	return r
}

// main is the group that is shown first: the first that has a published effect,
// else the last, which is the widest. It is nil without groups.
func (l *Literature) main() *Row {
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
func firstBody(r *literature.Result, group *Row) *meta.Meta {
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
			name := scenarios.Plain(r.Scenario.Studies[t.Study].Name)
			d.Cluster = append(d.Cluster, name)
			d.Study, d.Line, d.Y, d.V, d.N = append(d.Study, name+", "+e.Label), append(d.Line, len(d.Y)+1), append(d.Y, e.Y), append(d.V, e.V), append(d.N, float64(t.Clients))
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
	return meta.New(a, "")
}

// JSON writes one object.
func (l *Literature) JSON(w io.Writer) error { return report.WriteJSON(w, l) }

// CSV writes the rows in full precision.
func (l *Literature) CSV(w io.Writer) error {
	head := []string{"group", "studies", "smd_mean", "smd_mcse", "smd_low", "smd_median", "smd_high", "i2_mean", "i2_mcse", "i2_low", "i2_median", "i2_high",
		"tau2_mean", "tau2_mcse", "tau2_low", "tau2_median", "tau2_high", "significant", "significant_mcse", "heterogeneous", "heterogeneous_mcse", "failed",
		"published_smd", "published_low", "published_high", "published_i2", "published_rank", "inside", "i2_inside", "p", "i2_p", "rank_mean", "rank_low", "rank_high"}
	var rows [][]string
	for k := range l.Rows {
		r := &l.Rows[k]
		row := []string{r.Group, r.Studies.CSV()}
		for _, x := range []*Interval{&r.SMD, &r.I2, &r.Tau2} {
			row = append(row, x.Mean.CSV(), x.MCSE.CSV(), x.Low.CSV(), x.Median.CSV(), x.High.CSV())
		}
		row = append(row, r.Significant.CSV(), r.SignificantMCSE.CSV(), r.Heterogeneous.CSV(), r.HeterogeneousMCSE.CSV(), fmt.Sprint(r.Failed))
		p := r.Published
		if p == nil {
			nan := report.Number(math.NaN())
			p = &Published{SMD: nan, Low: nan, High: nan, I2: nan}
		}
		rank := ""
		if p.Rank > 0 {
			rank = fmt.Sprint(p.Rank)
		}
		row = append(row, p.SMD.CSV(), p.Low.CSV(), p.High.CSV(), p.I2.CSV(), rank, yesNo(r.Inside), yesNo(r.I2Inside), r.P.CSV(), r.I2P.CSV(), r.Rank.Mean.CSV(), r.Rank.Low.CSV(), r.Rank.High.CSV())
		rows = append(rows, row)
	}
	return report.WriteCSV(w, head, rows)
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
