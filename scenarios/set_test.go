package scenarios

import "testing"

func TestSet(t *testing.T) {
	for _, c := range []struct {
		set string
		got func(*Scenario) any
		to  any
	}{
		{"trial.clients=500", func(s *Scenario) any { return s.Trial.Clients }, 500},
		{" trial.clients = 500 ", func(s *Scenario) any { return s.Trial.Clients }, 500},
		{"title=Other", func(s *Scenario) any { return s.Title }, "Other"},
		{"title=two words", func(s *Scenario) any { return s.Title }, "two words"},
		{`title="a = b"`, func(s *Scenario) any { return s.Title }, "a = b"},
		{"seed=-7", func(s *Scenario) any { return s.Seed }, int64(-7)},
		{"arm.usual.ratio=3", func(s *Scenario) any { return s.Arms[1].Ratio }, 3},
		{"arm[1].ratio=3", func(s *Scenario) any { return s.Arms[1].Ratio }, 3},
		{"arm.usual={ratio=3}", func(s *Scenario) any { return s.Arms[1].Control }, true},
		{"arm.usual.programs=[]", func(s *Scenario) any { return len(s.Arms[1].Programs) }, 0},
		{"program.help.caseload=10", func(s *Scenario) any { return s.Programs["help"].Caseload.N }, 10},
		{"program.help.staff=unlimited", func(s *Scenario) any { return s.Programs["help"].Staff.Finite() }, false},
		{"program.help.effect[1].hazard_ratio=2", func(s *Scenario) any { return s.Programs["help"].Effects[1].HazardRatio }, 2.0},
		{"program.help.manual.effect=2", func(s *Scenario) any { return *s.Programs["help"].Manual }, Manual{2, 1}},
		{"service.clinic.stay.median_days=9", func(s *Scenario) any { return s.Services["clinic"].Stay.Shape }, 1.3},
		{"service.clinic.stay={median_days=9}", func(s *Scenario) any { return s.Services["clinic"].Stay.Shape }, 1.0},
		{"service.clinic.renege.per_day=0.1", func(s *Scenario) any { return s.Services["clinic"].Renege.PerDay }, 0.1},
		{"service.clinic.linking.distress=2", func(s *Scenario) any { return s.Services["clinic"].Linking["distress"] }, 2.0},
		{"subgroup_share.distressed=0.2", func(s *Scenario) any { return s.SubgroupShare["distressed"] }, 0.2},
		{"trial.follow_up_days[1]=400", func(s *Scenario) any { return s.Trial.FollowUpDays[1] }, 400.0},
		{"outcome.linked.at_days=30", func(s *Scenario) any { return s.Outcomes[0].AtDays }, 30.0},
		{"outcome.days.remove=true", func(s *Scenario) any { return len(s.Outcomes) }, 1},
		{"correlation.distress~housing.rho=0.1", func(s *Scenario) any { return s.Correlations[0].Rho }, 0.1},
		{`trial."clients"=500`, func(s *Scenario) any { return s.Trial.Clients }, 500},
		{`trait=[{name="new", prevalence=0.1}]`, func(s *Scenario) any { return len(s.Traits) }, 3},
	} {
		s, err := over(t, "", c.set)
		if err != nil {
			t.Errorf("%s: %v", c.set, err)
			continue
		}
		equal(t, c.set, c.got(s), c.to)
	}
}

func TestLaterSetWins(t *testing.T) {
	equal(t, "clients", mustLoad(t, "", "trial.clients=500", "trial.clients=600").Trial.Clients, 600)
}

func TestBadSet(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"trial.clients=-3", "--set: trial.clients: got -3, want 2 to 1,000,000"},
		{"trial.clients=nan", "--set: trial.clients: got nan, want a whole number"},
		{"trial.clients=many", `--set: trial.clients: got "many", want a whole number`},
		{"trial.clients", `got "trial.clients", want key=value`},
		{"title=caf\xe9", "want key=value"},
		{"=3", "want key=value"},
		{"trial..clients=3", "want key=value"},
		{"trial.clients=", "--set: trial.clients: got no value"},
		{"trial.clients=[1", "want a TOML value or a word"},
		{"title=a\nseed = 3", "want a TOML value or a word"},
		{"trial.client=3", `--set: trial.client: got "client", want one of clients, accrual, follow_up_days, randomization, sites, site_spread, site_icc, period_correlation, trend, size_cv, cluster_size, recruit_by_days, ends_day, eligible, refusal, refusing, visit_window_days, factors, common_programs, interactions; did you mean "clients"?`},
		{"arm.usal.ratio=3", `--set: arm.usal.ratio: got "usal", want one of helped, usual; did you mean "usual"?`},
		{"program.helpp.staff=3", `did you mean "help"?`},
		{"program.help.effect[2].hazard_ratio=3", "--set: program.help.effect[2].hazard_ratio: got [2], want a position below 2"},
		{"program.help.effect.hazard_ratio=3", "want a position, as in program.help.effect[0]"},
		{"trial.clients.few=3", "got a key within trial.clients"},
		{"clients=3", `--set: clients: got "clients"`},
		{"service.clinic.stay.per_day=0.1", "--set: service.clinic.stay: got median_days and per_day"},
		{"precision=inf", "--set: precision: got inf, want a finite number"},
	} {
		_, err := over(t, "", c.set)
		mustFail(t, err, c.want)
	}
}

func TestAllBadSetsAreReported(t *testing.T) {
	_, err := over(t, "replicates = 0", "trial.clients=-3", "nonsense", "arm.nobody.ratio=1")
	mustFail(t, err, "over.toml:2: replicates", "trial.clients", "nonsense", "arm.nobody.ratio")
}
