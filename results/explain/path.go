package explain

import (
	"fmt"

	"caseload/results/report"
)

// pathParts are the parts of a path in words.
var pathParts = map[string]string{
	"entering":       "entering treatment",
	"staying":        "staying in it",
	"other_services": "other services",
	"direct":         "directly",
}

// addPath adds how much of the effect goes through services.
func (e *Explanation) addPath(d *report.Document) {
	if e.Path == nil {
		return
	}
	d.Table("Path: through services or directly", e.pathTable(), e.pathLegend())
}

// pathTable has a row a part. Shares are of a total that can be told from zero.
func (e *Explanation) pathTable() *report.Table {
	p, x := e.Path, e.scale()
	shares := p.total().clear()
	t := &report.Table{Pairs: shares, Columns: []report.Column{report.Key("path")}}
	for _, start := range []string{e.Labels.Arm(e.Control), e.Labels.Arm(e.Arm)} {
		t.Columns = append(t.Columns, report.Right("from "+start+", "+e.unitHead()))
		if shares {
			t.Columns = append(t.Columns, report.Right("%"))
		}
	}
	for k := range p.Parts {
		part := &p.Parts[k]
		cells := []string{pathParts[part.Part]}
		for _, a := range [][2]amount{{part.forward(), part.forwardShare()}, {part.backward(), part.backwardShare()}} {
			cells = append(cells, a[0].times(x).text())
			if shares {
				cells = append(cells, a[1].times(100).text())
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	total := p.total().times(x).text()
	if shares {
		t.Rows = append(t.Rows, []string{"total", total, "100", total, "100"})
	} else {
		t.Rows = append(t.Rows, []string{"total", total, total})
	}
	return t
}

func (e *Explanation) pathLegend() []string {
	control, arm := e.Labels.Arm(e.Control), e.Labels.Arm(e.Arm)
	return []string{e.pathSentence(),
		fmt.Sprintf("%s, each with everyone in one arm, nobody lost and nothing mismeasured, so that the total is not the effect that the trial observes. "+
			"The times at which clients enter and leave services are taken from the other arm, one part after the other in this order. "+
			"Directly: the rest, which is the natural direct effect (total from %s, pure from %s). The other parts sum to the "+
			"natural indirect effect. Positive is better for the client; in parentheses: MCSE.",
			report.Counted(e.Path.Replicates, "replicate"), control, arm)}
}

// pathSentence says which part is the largest.
func (e *Explanation) pathSentence() string {
	p := e.Path
	total := p.total()
	if !total.known() {
		return "The total effect is not known."
	}
	if !total.clear() {
		return fmt.Sprintf("The total effect, %s, cannot be told from zero.", e.said(total))
	}
	var best *PathPart
	share := (*PathPart).forwardShare
	for k := range p.Parts {
		if part := &p.Parts[k]; share(part).known() && (best == nil || share(part).value > share(best).value) {
			best = part
		}
	}
	if best == nil {
		return "The parts are not known."
	}
	through := map[string]string{"entering": "through entering treatment", "staying": "through staying in treatment",
		"other_services": "through other services", "direct": "directly, not through services"}[best.Part]
	other := ""
	if back := best.backwardShare(); back.known() {
		other = ", and " + back.percent() + " in the other direction"
	}
	return fmt.Sprintf("Of the total effect, %s, the largest part comes %s: %s when taken from %s to %s%s.", e.said(total), through, share(best).percent(), e.Labels.Arm(e.Control), e.Labels.Arm(e.Arm), other)
}

// said is an amount of the outcome in a sentence, its unit always with it.
func (e *Explanation) said(a amount) string {
	if e.Unit == "proportion" {
		return e.inUnits(a)
	}
	return a.in(e.Unit)
}
