package scenarios

import (
	"math"
	"testing"
)

const threeSites = "[[site]]\nname = \"a\"\nshare = 0.5\n[[site]]\nname = \"b\"\nshare = 0.3\nopens_day = 40\n[[site]]\nname = \"c\"\nshare = 0.2\ncloses_day = 90\n"

func TestSitesAreCountedAndAlikeByDefault(t *testing.T) {
	s := mustLoad(t, threeSites)
	equal(t, "sites", s.Trial.Sites, 3)
	equal(t, "name", s.SiteName(1), "b")
	sameAgain(t, s)
	s = mustLoad(t, "[[site]]\nname = \"a\"\nlabel = \"Site A\"\n[[site]]\nname = \"b\"\n")
	equal(t, "share", s.Sites[1].Share, 0.5)
	equal(t, "label", s.SiteName(0), "Site A")
	sameAgain(t, s)
	for _, text := range []string{"[trial]\nsites = 10\nsize_cv = 0.6\n", "[trial]\nsites = 5\nclients = 100\ncluster_size = 20\n",
		"[trial]\naccrual = { over_days = 300 }\nrecruit_by_days = 200\n"} {
		sameAgain(t, mustLoad(t, text))
	}
}

// The end of follow-up closes enrolment, if nothing else does before.
func TestFollowUpThatEndsClosesEnrolment(t *testing.T) {
	equal(t, "closes", mustLoad(t, "[trial]\nends_day = 500\n").Trial.RecruitByDays, 500)
	equal(t, "closes", mustLoad(t, "[trial]\nends_day = 500\nrecruit_by_days = 300\n").Trial.RecruitByDays, 300)
}

func TestWrongSitesAndRatesAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		threeSites + "[trial]\nsites = 2\n":                                                                                         "trial.sites: got 2, want 3, as many as there are [[site]] tables, or nothing",
		"[[site]]\nname = \"a\"\nshare = 0.5\n[[site]]\nname = \"b\"\nshare = 0.4":                                                  "site: got shares that sum to 0.9, want shares that sum to 1",
		"[[site]]\nname = \"a\"\nshare = 1\nopens_day = 9\ncloses_day = 9\n":                                                        "site.a.closes_day: got 9, want a day after opens_day, 9",
		"[[site]]\nname = \"a\"\ncloses_day = 100\n":                                                                                "trial.accrual: got a rate of 0 in the end",
		threeSites + "[trial]\nsize_cv = 0.5\n":                                                                                     "trial.size_cv: got 0.5, want none beside [[site]] tables",
		"[trial]\nsites = 4\nsize_cv = 2\n":                                                                                         "trial.size_cv: got 2, want less than 1.732",
		"[trial]\nsites = 4\nclients = 90\ncluster_size = 20\n":                                                                     "trial.cluster_size: got 20, want trial.clients = 90 over 4 sites",
		"[trial]\nsites = 4\nclients = 80\ncluster_size = 20\nends_day = 900\n":                                                     "trial.cluster_size: got 20, want none beside recruit_by_days or ends_day",
		"[trial]\naccrual = { points = [] }\n":                                                                                      "trial.accrual.points: got 0 points",
		"[trial]\naccrual = { points = [{ per_month = 5, until_day = 9 }, { per_month = 0 }] }\n":                                   "want a last rate above 0",
		"[trial]\naccrual = { points = [{ per_month = 5, until_day = 9 }, { per_month = 5, until_day = 8 }, { per_month = 5 }] }\n": "trial.accrual.points[1].until_day: got 8, want a day after 9",
		"[trial]\naccrual = { points = [{ per_month = 5, until_day = 9 }] }\n":                                                      "want none in the last point",
		"[trial]\naccrual = { per_day = 1, points = [{ per_month = 5 }] }\n":                                                        "got per_day and points, want exactly one of",
		"[trial]\nrecruit_by_days = 0.01\n":                                                                                         "want a day by which at least 4 clients are expected",
		"[trial]\nrecruit_by_days = 300\nends_day = 200\n":                                                                          "trial.recruit_by_days: got 300, want at most trial.ends_day",
		"[trial]\nsites = 3\nsite_icc = { outcome = \"x\", value = 0.6 }\n":                                                         "trial.site_icc.value: got 0.6, want 0 to 0.5",
		"[trial]\nsites = 3\nsite_icc = { value = 0.05 }\n":                                                                         "trial.site_icc: got no process in which sites differ",
	} {
		_, err := over(t, text)
		mustFail(t, err, want)
	}
}

// The rate of enrolment is that of accrual times the share of the sites that are open.
func TestEnrolmentRatesFollowTheOpenSites(t *testing.T) {
	s := mustLoad(t, threeSites+"[trial]\naccrual = { points = [{ per_month = 30, until_day = 60 }, { per_month = 60 }] }\n")
	day := 30 / DaysPerMonth
	want := []EnrolmentRate{{0, day * 0.7}, {40, day}, {60, 2 * day}, {90, 2 * day * 0.8}}
	got := s.EnrolmentRates()
	equal(t, "rates", len(got), len(want))
	for k := range want {
		if got[k].FromDay != want[k].FromDay || math.Abs(got[k].PerDay-want[k].PerDay) > 1e-12 {
			t.Errorf("rate %d is %v, want %v", k, got[k], want[k])
		}
	}
}

// Methods that allow for clusters need as many sites that are listed as others.
func TestFewListedSitesHaveNoValidMethod(t *testing.T) {
	const clustered = "[trial]\nrandomization = { method = \"cluster\", by = \"site\" }\n"
	list := func(names string) (text string) {
		for _, name := range names {
			text += "[[site]]\nname = \"" + string(name) + "\"\n"
		}
		return text
	}
	equal(t, "sites in an arm of six", mustLoad(t, clustered+list("abcdef")).randomizedIn(0).clusters, 3)
	equal(t, "sites in an arm of eight", mustLoad(t, clustered+list("abcdefgh")).randomizedIn(0).clusters, 4)
}
