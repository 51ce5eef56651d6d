package scenarios

import (
	"strings"
	"testing"
	"testing/fstest"
)

// heldTOML has a control arm, in which quantities hold that do not say so.
const heldTOML = `
title = "held"
source = "a test"
[trial]
clients = 100
accrual = { per_month = 10 }
follow_up_days = [365]
[[arm]]
name = "helped"
programs = ["help"]
[[arm]]
name = "usual"
programs = []
control = true
[service.clinic]
preset = ""
linkage = { probability = 0.3, by_days = 90 }
stay = { median_days = 60, under = "usual" }
return = { median_days = 60 }
[program.help]
preset = ""
contacts = { per_month = 1 }
[[program.help.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 30
[use]
quit = { per_month = 0.1 }
relapse = { prevalence = { share = 0.4, at_days = 200 } }
[risk]
rate = { per_month = 0.2 }
[attrition]
loss = { probability = 0.2, by_days = 365 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
`

const swapped = "[[arm]]\nname = \"helped\"\ncontrol = true\n[[arm]]\nname = \"usual\"\ncontrol = false\n"

// A scenario in which another arm is the control re-aims no quantity that was written when
// it was not, by whatever way it comes about; what says its arm, or is written beside the
// change, holds where it did.
func TestAnotherControlArmReaimsNothing(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"base":    heldTOML,
		"middle":  "extends = \"base.toml\"\n[trial]\nclients = 50\n",
		"swap":    "extends = \"middle.toml\"\n" + swapped,
		"back":    "extends = \"swap.toml\"\n" + strings.NewReplacer("true", "false", "false", "true").Replace(swapped),
		"renamed": "extends = \"base.toml\"\ndrop = [\"arm\"]\n[[arm]]\nname = \"aided\"\nprograms = [\"help\"]\n[[arm]]\nname = \"usual_care\"\nprograms = []\ncontrol = true\n[service.clinic]\nstay = { median_days = 60 }\n",
		"own": "extends = \"base.toml\"\n" + swapped + "[service.clinic]\nlinkage = { probability = 0.3, by_days = 90 }\n[use]\nrelapse = { prevalence = { share = 0.4, at_days = 200, under = \"usual\" } }\n" +
			"[attrition]\nloss = { probability = 0.2, by_days = 365, under = \"usual\" }\n[service.annex]\npreset = \"outpatient\"\n",
		"sweep": "extends = \"base.toml\"\n[sweep.over]\n\"arm.helped.control\" = [true]\n\"arm.usual.control\" = [false]\n",
		"annex": "extends = \"base.toml\"\n[service.annex]\npreset = \"outpatient\"\n",
		"over":  "extends = \"annex.toml\"\n" + swapped,
	} {
		files[name+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	swap := []string{"arm.helped.control=true", "arm.usual.control=false"}
	keys := []string{"service.clinic.linkage", "use.relapse.prevalence", "attrition.loss"}
	for _, c := range []struct {
		file string
		sets []string
		by   string // what makes another arm the control; "": nothing is wrong
	}{
		{"base", nil, ""},
		{"back", nil, ""},
		{"renamed", nil, ""},
		{"own", nil, ""},
		{"swap", nil, "swap.toml:4"},
		{"over", nil, "over.toml:4"},
		{"base", swap, "--set"},
		{"base", append(swap, "service.clinic.linkage.under=usual", "use.relapse.prevalence.under=usual", "attrition.loss.under=usual"), ""},
	} {
		_, err := Load(files, c.file+".toml", c.sets)
		if c.by == "" {
			if err != nil {
				t.Errorf("%s %v: %v", c.file, c.sets, err)
			}
			continue
		}
		for _, key := range keys {
			want := key + `: got no under: the control arm was "usual", and ` + c.by + ` makes it "helped", want it written again with under, the arm in which it holds: one of helped, usual`
			if err == nil || !strings.Contains(err.Error(), "base.toml:") || !strings.Contains(err.Error(), want) {
				t.Errorf("%s %v: %v, want %s", c.file, c.sets, err, want)
			}
		}
		if c.file == "over" && !strings.Contains(err.Error(), "service.annex.stay: got no under") {
			t.Errorf("a preset's stay is solved in another arm: %v", err)
		}
		if err != nil && (strings.Contains(err.Error(), "clinic.stay") || strings.Contains(err.Error(), "clinic.return") || strings.Contains(err.Error(), "risk.rate")) {
			t.Errorf("%s %v: %v", c.file, c.sets, err)
		}
	}
	if _, err := Load(files, "sweep.toml", nil); err == nil || !strings.Contains(err.Error(), "sweep.toml:3: ") {
		t.Errorf("a sweep over the control arm: %v", err)
	}
}
