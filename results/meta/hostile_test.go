package meta

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"caseload/analysis/review"
	"caseload/results/report"
)

// Numbers at the bounds of what is read are drawn and written, without a word that only
// programs know. Such files ended in a panic.
func TestTheLargestNumbersAreShown(t *testing.T) {
	foreign := regexp.MustCompile(`NaN|Inf|%!`)
	for name, text := range map[string]string{
		"effects":    "yi,se\n1e30,1\n-1e30,1e-30\n0,1e30\n2,1\n",
		"logarithms": "log_or,se\n100,1\n-100,1e-20\n0,100\n2,1\n",
		"small":      "yi,se\n1e-30,1e-30\n1e-30,2e-30\n3e-30,1e-30\n",
		"equal":      "yi,vi\n0.3,0.1\n0.3,0.1\n0.3,0.1\n0.3,0.1\n0.3,0.1\n0.3,0.1\n",
	} {
		for _, alpha := range []float64{1e-9, 0.05, 0.999} {
			for _, hartung := range []bool{false, true} {
				m := metaOf(t, review.Question{Alpha: alpha, KnappHartung: hartung}, review.Options{}, text)
				for _, f := range []report.Format{report.Text, report.Markdown, report.CSV} {
					if got := metaText(t, m, f, 120, metaView{View: View{LeaveOut: true, UpTo: true}}); foreign.MatchString(got) {
						t.Errorf("%s, alpha %g: %s", name, alpha, foreign.FindString(got))
					}
				}
				var b bytes.Buffer
				if err := m.JSON(&b); err != nil || foreign.MatchString(b.String()) {
					t.Errorf("%s, alpha %g: %v", name, alpha, err)
				}
			}
		}
	}
}

// Six identical studies have neither a rank correlation nor its p, which was 1.
func TestIdenticalStudiesHaveNoRankTest(t *testing.T) {
	m := metaOf(t, review.Question{}, review.Options{}, "yi,vi\n"+strings.Repeat("0.3,0.1\n", 6))
	if m.Bias.RankTau.Known() || m.Bias.RankP.Known() {
		t.Errorf("tau %v, p %v", m.Bias.RankTau, m.Bias.RankP)
	}
}

// Of several maxima the reader is told, and of coefficients that one trial decides.
func TestWhatRestsOnLittleIsAWarning(t *testing.T) {
	m := metaOf(t, review.Question{}, review.Options{}, "yi,vi\n-0.1,2.726\n0.7,0.114\n0.1,0.017\n0.2,0.005\n0.4,0.172\n1.9,0.337\n")
	want := "the likelihood of the pooled effect has two maxima or more: the highest, at tau2 = 0.144, is taken; at tau2 = 0 the log likelihood is 0.340 lower"
	if len(m.Warnings) != 1 || m.Warnings[0] != want {
		t.Errorf("got %q, want %q", m.Warnings, want)
	}
	m = metaOf(t, review.Question{Method: "dl"}, review.Options{Cluster: "trial", Moderators: []string{"x"}},
		"yi,vi,trial,x\n0.1,0.02,1,1\n0.3,0.03,1,1\n0.2,0.02,2,1\n0.5,0.04,2,1\n0.4,0.05,3,1\n0.9,0.03,4,0\n")
	text := strings.Join(m.Warnings, "\n")
	if !strings.Contains(text, "the coefficient intercept rests on one trial alone: its standard error is not estimable") || !strings.Contains(text, "the coefficient x rests in part on one trial alone") {
		t.Errorf("warnings: %s", text)
	}
	if shown := metaText(t, m, report.Text, 120, metaView{}); !regexp.MustCompile(`intercept +0\.90* +- +- +- +- *\n`).MatchString(shown) {
		t.Errorf("the coefficient is not shown without its error:\n%s", shown)
	}
}
