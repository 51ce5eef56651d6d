package size

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
)

// spelled is an answer in full, with what it points to.
func spelled(a Answer) string {
	text := ""
	if a.Upper != nil {
		text += fmt.Sprintf("%+v", *a.Upper)
	}
	if a.Staffing != nil {
		text += fmt.Sprintf("%+v", *a.Staffing)
	}
	for k, o := range a.Outcomes {
		text += fmt.Sprintf("%d %s %s %v %v", k, o.Spec.Name, o.Method, o.Estimate, o.SMD)
	}
	a.Upper, a.Staffing, a.Outcomes = nil, nil, nil
	return text + fmt.Sprintf("%+v", a)
}

// An answer is the same with any number of workers, and another with other chances.
func TestAnswersDoNotDependOnWorkers(t *testing.T) {
	m := plain(t, "sites = 1", "sites = 2")
	questions := []Question{{Solve: Effect}, {Outcomes: []string{"score", "linked"}, Require: Any}, {}, {Outcomes: []string{"score", "linked"}}, {Solve: Power}}
	if !suite.IsLong() {
		questions = questions[:2]
	}
	for _, q := range questions {
		first := ""
		for k, opt := range []Options{{Seed: 1, Workers: 1}, {Seed: 1, Workers: 3}, {Seed: 2, Workers: 3}} {
			res, err := Run(context.Background(), m, q, opt)
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprint(res.Replicates, res.Failed, res.Fits)
			for _, a := range res.Answers {
				text += spelled(a)
			}
			switch {
			case k == 0:
				first = text
			case (text == first) != (opt.Seed == 1):
				t.Errorf("%+v: with %d workers and seed %d:\n%s\nfirst:\n%s", q, opt.Workers, opt.Seed, text, first)
			}
		}
	}
}

// An interrupted search says what is known by then; one that is interrupted before
// a trial says only that.
func TestInterruptedRun(t *testing.T) {
	m := plain(t)
	q := Question{Size: sized(m, func(s *scenarios.Size) { s.Precision = 0.001 })}
	for _, after := range []int{150, 700} {
		ctx, cancel := context.WithCancel(context.Background())
		told := 0
		res, err := Run(ctx, m, q, Options{Workers: 1, Progress: func(done, want int) {
			if want < done || done < told {
				t.Errorf("%d of %d after %d", done, want, told)
			}
			if told = done; done >= after {
				cancel()
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		a := res.Answers[0]
		if !res.Partial || a.Status != Interrupted || res.Replicates < 100 || len(a.Evaluations) == 0 || a.Staffing != nil {
			t.Errorf("after %d: %+v", after, a)
		}
		sum := 0
		for _, e := range a.Evaluations {
			sum += e.Replicates
		}
		if sum != res.Replicates {
			t.Errorf("%d replicates at designs, %d in all", sum, res.Replicates)
		}
		cancel()
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, solve := range []string{Clients, Power} {
		if res, err := Run(ctx, m, Question{Solve: solve}, Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, %v", solve, res, err)
		}
	}
}

// Replicates that run out leave an answer that is wide, or none, and say so.
func TestReplicatesRunOut(t *testing.T) {
	m := plain(t)
	for most, want := range map[int]struct {
		status Status
		reason string
	}{
		50:  {Unknown, "the 50 replicates allowed ran out before an answer was known"},
		600: {Wide, "the 600 replicates allowed ran out before the interval was as narrow as wanted"},
	} {
		res := asked(t, m, Question{Size: sized(m, func(s *scenarios.Size) { s.MaxReplicates, s.Precision = most, 0.02 })})
		if a := res.Answers[0]; a.Status != want.status || a.Reason != want.reason || res.Replicates > most {
			t.Errorf("%d: %s, %q, %d replicates", most, a.Status, a.Reason, res.Replicates)
		}
	}
	res := asked(t, m, Question{Solve: Power, Size: sized(m, func(s *scenarios.Size) { s.MaxReplicates = 200 })})
	if a := res.Answers[0]; a.Status != Wide || a.Reason != "the 200 replicates allowed ran out before the interval was as narrow as wanted" || a.Evaluations[0].Replicates != 200 {
		t.Errorf("power: %s, %q", a.Status, a.Reason)
	}
}

// Even the smallest trial can be enough.
func TestSmallestTrialIsEnough(t *testing.T) {
	a := asked(t, plain(t, "points = 8", "points = 45"), Question{}).Answers[0]
	if a.Status != Smallest || a.Design != 8 || a.Clients != 8 || a.Reason != "even 8 clients, the smallest design tried, reach 80 % power" || a.Staffing == nil || a.Staffing.Clients != 8 {
		t.Errorf("got %+v", a)
	}
}
