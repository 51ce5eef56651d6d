package estimate

import (
	"slices"

	"caseload/analysis/measure"
)

// exposureAverage is the difference of means in a trial whose clusters begin at different times, if the
// effect may depend on how long a cluster has been treated: the model of clusterPeriod with
// an effect for each number of periods of exposure instead of one, and the average of these
// effects, each with the same weight (Kenny et al. 2022, Stat Med 41:4311; Maleyeff et al. 2023, Biometrics
// 79:2551; Hughes et al. 2015, Contemp Clin Trials 45:55). Clusters that have been treated for longest are few, so that it has a
// larger standard error than one effect. Where all exposures are of one length it is clusterPeriod.
//
// ZeroVariance also where an effect cannot be told, as after the last
// cluster in control has begun, if no other exposure is of that length. Others as in clusterPeriod.
type exposureAverage struct{ kr bool }

func (e exposureAverage) Method() Method {
	return Method{Name: withKR("exposure_average", e.kr), Kinds: Binary | Numbers, Measure: measure.MD, Needs: Clusters | Periods, Linear: true,
		Covariates: true, Clustered: true, ByExposure: true}
}

func (e exposureAverage) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters | Periods)
	l := &w.linear
	if _, status := l.withArm(d, w); status != OK {
		return failed(len(d.Y), status)
	}
	l.columns = append(l.columns[:0], d.X...)
	return l.periods(d, l.byExposure(d), e.kr, alpha, w)
}

// byExposure appends an indicator for each number of periods that treated rows have been exposed, and
// returns how many there are.
func (l *linearWork) byExposure(d *Data) (effects int) {
	l.exposures = l.exposures[:0]
	for i, t := range d.Treated {
		if !t {
			continue
		}
		if at, found := slices.BinarySearch(l.exposures, d.Exposed[i]); !found {
			l.exposures = slices.Insert(l.exposures, at, d.Exposed[i])
		}
	}
	for k, length := range l.exposures {
		if k == len(l.indicators) {
			l.indicators = append(l.indicators, nil)
		}
		l.indicators[k] = resize(l.indicators[k], len(d.Y))
		for i, t := range d.Treated {
			l.indicators[k][i] = float64(bit(t && d.Exposed[i] == length))
		}
		l.columns = append(l.columns, l.indicators[k])
	}
	return len(l.exposures)
}
