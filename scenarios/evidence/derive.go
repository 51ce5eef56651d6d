package evidence

import "caseload/sim/portable"

// Numbers are what presets say of a kind of help.
type Numbers struct {
	Kind   Kind
	Trials int
	Shares []float64  // mean share brought in by each day, where there is an effect
	Beta   [2]float64 // of the share by the last day in a further trial, given that there is an effect
	None   float64    // probability that there is none in a further trial
}

// Carried is the model in which presets carry effects. A test holds it to what prediction
// chooses; another form would be another kind of effect in the presets.
var Carried = Model{Share, Early}

// ChooseForAll returns the model with the largest score over all kinds of help together,
// and the scores by kind and model.
func ChooseForAll(all []Contrast) (best Model, scores map[Kind][]float64) {
	scores = map[Kind][]float64{}
	sums := make([]float64, len(Models))
	for _, kind := range Kinds {
		_, scores[kind] = Choose(Fitted(all, kind))
		for m := range sums {
			sums[m] += scores[kind][m]
		}
	}
	top := 0
	for m := range sums {
		if sums[m] > sums[top] {
			top = m
		}
	}
	return Models[top], scores
}

// Derive returns the numbers of a kind of help by some days, from the trials.
func Derive(all []Contrast, kind Kind, days ...float64) Numbers {
	list := Fitted(all, kind)
	p := NewFit(Carried, list).Predict()
	n := Numbers{Kind: kind, Trials: len(list), None: p.None}
	for _, day := range days {
		mean, sd := p.Moments(func(effect float64) float64 { return shareBy(effect, day) })
		total := mean*(1-mean)/(sd*sd) - 1
		n.Shares, n.Beta = append(n.Shares, mean), [2]float64{mean * total, (1 - mean) * total}
	}
	return n
}

// shareBy returns the share brought in by a day, of those who would not have come.
func shareBy(effect, day float64) float64 {
	return -portable.Expm1(-portable.Exp(effect) * Carried.Profile.by(day))
}
