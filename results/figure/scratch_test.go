package figure

import (
	"bytes"
	"caseload/analysis"
	"caseload/analysis/history"
	"caseload/results"
	"caseload/scenarios"
	"caseload/sim"
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestScratch(t *testing.T) {
	for _, n := range []string{"needle-exchange", "crowded", "dual-diagnosis-assertive", "central-intake-linkage"} {
		sc, err := scenarios.Load(nil, n, nil)
		if err != nil {
			t.Fatal(err)
		}
		m, err := sim.Compile(sc)
		if err != nil {
			t.Fatal(err)
		}
		h, err := history.Run(context.Background(), m, history.Options{Replicates: history.Replicates(m, 2000), Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		l, _ := analysis.NewLayout(m)
		col := results.NewCollector(sc, l)
		r, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: 500, Seed: 1, Visit: col.Visit})
		if err != nil {
			t.Fatal(err)
		}
		run := results.NewRun(r, n, m.Shared(), results.Filter{})
		hh := results.NewHistory(h, m, n, analysis.ModelVersion)
		var b bytes.Buffer
		hh.JSON(&b)
		fmt.Println(n, "history", b.Len())
		back, err := results.ReadHistory(&b)
		if err != nil {
			t.Fatal(err)
		}
		figs := Survival(back)
		figs = append(figs, States(back), Loads(back), Flow(back, n), Zip(col.Intervals(run)), Effects(run), Bias(run))
		os.MkdirAll("/tmp/figs", 0o777)
		for _, f := range figs {
			if f == nil {
				continue
			}
			b := time.Now()
			for _, x := range Formats {
				w, _ := os.Create("/tmp/figs/" + n + "-" + f.Name + "." + x)
				if err := f.Draw(w, x); err != nil {
					t.Fatal(err)
				}
				w.Close()
			}
			fmt.Println(f.Name, time.Since(b))
		}
	}
}
