package estimate

import (
	"math"
	"strings"
	"testing"
)

// sound fails the test unless an estimate is either a failure without numbers
// or a finite result.
func sound(t *testing.T, what string, e Estimate) {
	t.Helper()
	numbers := e.Value + e.SE + e.Low + e.High
	if !e.Status.Failed() && (math.IsNaN(numbers) || math.IsInf(numbers, 0) || !(e.P >= 0 && e.P <= 1 || untested(e))) {
		t.Errorf("%s: OK, but %+v", what, e)
	}
	if e.Status == NoEstimate {
		if !(e.P >= 0 && e.P <= 1) {
			t.Errorf("%s: neither an estimate nor a test: %+v", what, e)
		}
		e.Stat, e.P = math.NaN(), math.NaN()
	}
	if e.Status.Failed() {
		for _, x := range []float64{e.Value, e.SE, e.Low, e.High, e.Stat, e.DF, e.P, e.SMD} {
			if !math.IsNaN(x) {
				t.Errorf("%s: %v, but %+v", what, e.Status, e)
				break
			}
		}
	}
}

func TestEmptyArms(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		for _, treated := range []bool{false, true} {
			for i := range d.Treated {
				d.Treated[i] = treated
			}
			got := fit(e, d)
			sound(t, "one arm", got)
			if got.Status != EmptyArm || got.N != len(d.Y) {
				t.Errorf("status %v of %d rows", got.Status, got.N)
			}
		}
		source := d.Source
		d.Reset(len(d.X), len(d.Earlier))
		d.Source = source
		if got := fit(e, d); got.Status != EmptyArm || got.N != 0 {
			t.Errorf("no rows: status %v of %d rows", got.Status, got.N)
		}
	})
}

func TestFewRows(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		for n := 1; n <= 12; n++ {
			small := firstRows(d, n)
			got := fit(e, small)
			sound(t, "few rows", got)
			if n == 1 && got.Status != EmptyArm {
				t.Errorf("one row: %v", got.Status)
			}
		}
	})
}

// firstRows is the data of the first n rows.
func firstRows(d *Data, n int) *Data {
	c := clone(d)
	c.Treated, c.Y, c.Event = c.Treated[:n], c.Y[:n], c.Event[:min(n, len(d.Event))]
	c.Competing, c.Exposure = c.Competing[:min(n, len(d.Competing))], c.Exposure[:min(n, len(d.Exposure))]
	c.Cluster, c.Stratum = c.Cluster[:min(n, len(d.Cluster))], c.Stratum[:min(n, len(d.Stratum))]
	c.Site, c.Manager = c.Site[:min(n, len(d.Site))], c.Manager[:min(n, len(d.Manager))]
	c.When, c.Exposed = c.When[:min(n, len(c.When))], c.Exposed[:min(n, len(c.Exposed))]
	c.Weight, c.Person = c.Weight[:min(n, len(c.Weight))], c.Person[:min(n, len(c.Person))]
	c.Member, c.Received = c.Member[:min(n, len(d.Member))], c.Received[:min(n, len(d.Received))]
	c.Recurring.first(n)
	for j := range c.X {
		c.X[j] = c.X[j][:n]
	}
	for j := range c.Earlier {
		c.Earlier[j] = c.Earlier[j][:n]
	}
	return c
}

// Linear models of equal outcomes have no variance.
func TestEqualOutcomes(t *testing.T) {
	want := map[string]Status{"risk_difference": OK, "odds_ratio": EmptyCell, "welch": ZeroVariance,
		"student": ZeroVariance, "hedges_g": ZeroVariance, "wilcoxon": ZeroVariance, "log_rank": OK, "cox": OK,
		"stratified_log_rank": OK, "cox_breslow": OK, "stratified_cox": OK, "cox_robust": OK, "cox_interaction": OK,
		"median": ZeroVariance, "rmst": ZeroVariance, "survival_difference": OK, "cumulative_incidence": OK, "fine_gray": OK,
		"chi_square": OK, "standardized": OK, "risk_ratio": EmptyCell, "fisher": NoEstimate,
		"logistic": EmptyCell, "logistic_robust": EmptyCell, "logistic_interaction": EmptyCell,
		"gee_logistic": EmptyCell, "gee_logistic_md": EmptyCell, "gee_logistic_fg": EmptyCell, "logistic_mixed": EmptyCell, "partially_nested_logistic": EmptyCell, "regime_logistic": EmptyCell,
		"poisson": NoEvents, "poisson_robust": NoEvents, "negative_binomial": NoEvents, "poisson_cluster": NoEvents,
		"gee_poisson": NoEvents, "gee_poisson_md": NoEvents, "gee_poisson_fg": NoEvents, "risk_ratio_cluster": EmptyCell, "rmst_cluster": ZeroVariance,
		"cox_cluster": OK}
	ones := map[string]Status{"risk_ratio": ZeroVariance, "poisson": OK, "poisson_robust": OK, "negative_binomial": Boundary, "poisson_cluster": OK,
		"gee_poisson": OK, "gee_poisson_md": OK, "gee_poisson_fg": OK, "risk_ratio_cluster": ZeroVariance}
	for _, value := range []float64{1, 0, 0.1} {
		forAll(t, func(t *testing.T, e Estimator, d *Data) {
			if e.Method().Needs&Recurrences != 0 {
				return // it is about times
			}
			if e.Method().Kinds&Binary != 0 && e.Method().Kinds&Continuous == 0 && value == 0.1 {
				return
			}
			for i := range d.Y {
				d.Y[i] = value
			}
			for _, x := range d.Earlier {
				for i := range x {
					x[i] = value
				}
			}
			got := fit(e, d)
			sound(t, "equal outcomes", got)
			status, named := want[e.Method().Name]
			if e.Method().TestOnly {
				named, status = true, NoEstimate
				if strings.HasSuffix(e.Method().Name, "fleming_harrington") {
					status = ZeroVariance // the first events have no weight
				}
			}
			if ofOnes, other := ones[e.Method().Name]; other && value == 1 {
				status = ofOnes
			} else if e.Method().Kinds == Count && value == 0.1 {
				status = BadData // not a count
			}
			if !named && e.Method().Measure == "MD" {
				status = ZeroVariance
			}
			if got.Status != status && !(got.Status == NotConverged && strings.HasPrefix(e.Method().Name, "gee_poisson")) { // vary too little for it
				t.Errorf("all %v: %v", value, got.Status)
			}
			if got.Status == OK && e.Method().Kinds == Binary && (got.Value != 0 || got.P != 1) {
				t.Errorf("no difference: %+v", got)
			}
		})
	}
}

// Means that differ without any variance are still without variance.
func TestConstantArms(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		if m := e.Method(); m.Measure != "MD" && m.Measure != "SMD" || m.Needs&(Receipts|Repeats|Recurrences) != 0 {
			return
		}
		for i := range d.Y {
			d.Y[i] = 0.1 + 0.7*float64(bit(d.Treated[i]))
		}
		if got := fit(e, d); got.Status != ZeroVariance {
			t.Errorf("%+v", got)
		}
	})
}

func TestNumbersThatAreNotFinite(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			if math.IsNaN(bad) && e.Method().Needs&Incomplete != 0 {
				continue // an outcome that is missing
			}
			for _, at := range []int{0, 77, len(d.Y) - 1} {
				with := clone(d)
				if with.Y[at] = bad; e.Method().Needs&Recurrences != 0 {
					with.Recurring.Until[at] = bad
				}
				got := fit(e, with)
				sound(t, "outcome", got)
				if got.Status != BadData {
					t.Errorf("outcome %v: %v", bad, got.Status)
				}
				if len(d.X) > 0 {
					with := clone(d)
					with.X[1][at] = bad
					if got := fit(e, with); got.Status != BadData {
						t.Errorf("covariate %v: %v", bad, got.Status)
					}
				}
			}
		}
	})
}

func TestHugeNumbers(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		for _, unit := range []float64{1e300, 1e-300, 5e-324} {
			with := clone(d)
			for i := range with.Y {
				with.Y[i] *= unit
			}
			sound(t, "huge or tiny", fit(e, with))
		}
	})
}

func TestBinaryOutcomesOtherThanZeroAndOne(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		if e.Method().Kinds != Binary {
			return
		}
		d.Y[5] = 2
		if got := fit(e, d); got.Status != BadData {
			t.Errorf("%+v", got)
		}
	})
}

func TestColumnsOfOtherLengthsPanic(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		d.Treated = d.Treated[1:]
		fit(e, d)
	})
}

func TestLookup(t *testing.T) {
	for _, m := range Methods() {
		e, ok := Lookup(m.Name)
		if !ok || e.Method() != m {
			t.Errorf("%q: %v", m.Name, ok)
		}
		if m.Name == "" || m.Measure == "" {
			t.Errorf("%+v lacks a name", m)
		}
	}
	if _, ok := Lookup("bayes"); ok {
		t.Error("found what isn't there")
	}
	if Statuses != int(FailedElsewhere)+1 || EmptyCell.String() != "empty cell" || Status(200).String() != "Status(200)" {
		t.Error("names of statuses")
	}
}
