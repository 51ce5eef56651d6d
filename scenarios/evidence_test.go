package scenarios

import "testing"

// The words of a source say what kind it is: those of the library, read by hand.
func TestASourceSaysWhatKindOfEvidenceItIs(t *testing.T) {
	for source, want := range map[string]Evidence{
		"":                            EvidenceNone,
		"this scenario":               EvidenceScenario,
		"Judgement":                   EvidenceJudgement,
		"Judgement: a session a week": EvidenceJudgement,
		"Judgement, by the order of the review: staying in treatment most (Vanderplasschen 2019)": EvidenceJudgement,
		"judgement of the authors":                                                        EvidenceJudgement,
		"50 to 100 are commonly said (no source read); the middle":                        EvidenceJudgement,
		"By design: at enrolment":                                                         EvidenceDesign,
		"Left open, see staff":                                                            EvidenceOpen,
		"Made up: too few":                                                                EvidenceMadeUp,
		"One or two contacts (Vanderplasschen 2019, as summarized)":                       EvidenceReview,
		"Fewer than 20 (NeuRA 2020); 15 is a judgement":                                   EvidenceReview,
		"As in one trial (Essock 2006), and as many left it (Hunt 2013)":                  EvidenceStudy,
		"A Cochrane review of 15 trials":                                                  EvidenceReview,
		"Meta-analysis of Smith 2020":                                                     EvidenceReview,
		"Median over cohorts 57 % retained at 12 months (67 studies, N = 294,592)":        EvidenceReview,
		"26 % in 7 days under referral (Strathdee 2006)":                                  EvidenceStudy,
		"40 % in 7 days with case management (Strathdee 2006). lasts_days is a judgement": EvidenceStudy,
		"Median three months in outpatient drug-free treatment (DATOS)":                   EvidenceStudy,
	} {
		if got := EvidenceOf(source); got != want {
			t.Errorf("%q is %q, want %q", source, got, want)
		}
	}
}

// Every kind but those that a scenario of one's own has is in the library, so that no rule
// of it is idle; and each has words.
func TestTheLibraryHasEveryKindOfEvidence(t *testing.T) {
	found := map[Evidence]int{}
	for _, name := range builtinNames() {
		s, err := Load(nil, name, nil)
		if err != nil {
			continue // declares no trial
		}
		all, err := s.Assumptions()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			if a.Evidence != EvidenceOf(a.Source) {
				t.Errorf("%s: %+v", name, a)
			}
			found[a.Evidence]++
		}
	}
	for _, kind := range Evidences() {
		if found[kind] == 0 && kind != EvidenceScenario || kind.Words(1) == "" || kind.Words(2) == "" {
			t.Errorf("%q: %d numbers", kind, found[kind])
		}
	}
}
