package sim

import (
	"caseload/scenarios"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// entitySite is a site as the owner of streams.
const entitySite uint8 = 16

// siteSpread is how a process's log hazard differs between sites.
type siteSpread struct {
	process processID
	sd      float64
	purpose stream.Purpose
}

// compileSiteSpread gives each process its spread. One that is written for the
// process itself wins over one for all of its kind.
func (m *Model) compileSiteSpread(sc *scenarios.Scenario) {
	sd := make([]float64, len(m.procs))
	own := make([]bool, len(m.procs))
	for _, name := range sortedKeys(sc.Trial.SiteSpread) {
		for _, p := range m.targets(name) {
			if exact := m.procs[p].name == name; exact || !own[p] {
				sd[p], own[p] = sc.Trial.SiteSpread[name], exact
			}
		}
	}
	for p, x := range sd {
		if x > 0 {
			m.procs[p].hasBase = true
			m.design.sites = append(m.design.sites, siteSpread{processID(p), x, m.purposes[p]})
		}
	}
}

// drawSites draws the sites' normal scores, one for each process that differs.
func (w *Workspace) drawSites() {
	spreads := w.m.design.sites
	if len(spreads) == 0 {
		return
	}
	for site := range w.m.sites {
		key := w.replicate.Entity(entitySite, site)
		for k := range spreads {
			w.sampler.Use(key.Stream(spreads[k].purpose))
			w.design.siteScores[site*len(spreads)+k] = w.sampler.Normal()
		}
	}
	if w.m.design.schedule.scored() > 1 {
		w.drawSitePeriods()
	}
}

// siteScores returns the scores of client i's site, in the period in which the client comes if
// it has some for each.
func (w *Workspace) siteScores(i int) []float64 {
	n := len(w.m.design.sites)
	at := int(w.site[i]) * n
	if periods := w.m.design.schedule.scored(); periods > 1 {
		at = at*periods + int(w.periodOf(i))*n
	}
	return w.design.siteScores[at : at+n]
}

// addSite puts the site's effects on the client's own multipliers.
func (w *Workspace) addSite(i int) {
	if len(w.m.design.sites) == 0 {
		return
	}
	for k, z := range w.siteScores(i) {
		s := &w.m.design.sites[k]
		*w.ownBase(i, s.process) *= portable.Exp(float64(s.sd * z))
	}
}
