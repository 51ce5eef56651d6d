package evidence

import (
	_ "embed"
	"math"

	"caseload/sim/portable"
)

// A UseKind is a kind of treatment whose effect on use is published.
type UseKind string

// The kinds of treatment.
const (
	Counselling UseKind = "counselling"
	Medication  UseKind = "medication"
)

// A UseFigure is a published figure on the use of people in treatment.
type UseFigure struct {
	Study  string
	Kind   UseKind
	Centre bool    // the contrast for which a preset's hazard ratios stand
	Y, SE  float64 // of counselling a standardized mean difference, of medication a log odds
}

//go:embed use.csv
var use string

// useColumns are those of the file, in order.
const useColumns = "study,about,kind,role,control_n,experimental_n,control,experimental,d,se,mark,source"

// Use returns the published figures on use, in the order of the file.
func Use() (list []UseFigure) {
	for _, row := range rowsOf("use.csv", use, useColumns) {
		f := UseFigure{Study: row[0], Kind: UseKind(row[2]), Centre: row[3] == "centre"}
		switch {
		case row[8] != "":
			f.Y, f.SE = number(row[8]), number(row[9])
		case f.Kind == Medication:
			f.Y, f.SE = logOdds(number(row[5]), number(row[7]))
		default:
			before, e0 := logOdds(number(row[4]), number(row[6]))
			after, e1 := logOdds(number(row[5]), number(row[7]))
			f.Y, f.SE = (after-before)*math.Sqrt(3)/math.Pi, portable.Hypot(e0, e1)*math.Sqrt(3)/math.Pi
		}
		list = append(list, f)
	}
	return list
}

// logOdds returns those of a proportion among n people, and their standard error.
func logOdds(n, p float64) (y, se float64) {
	return portable.Log(p / (1 - p)), 1 / math.Sqrt(n*p*(1-p))
}

// BetweenFigures returns the standard deviation of the true effects of a kind between
// figures, by the method of moments (DerSimonian & Laird 1986, Control Clin Trials 7:177).
func BetweenFigures(all []UseFigure, kind UseKind) float64 {
	var sum, squares, mean, q float64
	n := 0
	for _, f := range all {
		if f.Kind == kind {
			w := 1 / (f.SE * f.SE)
			sum, squares, mean = sum+w, squares+float64(w*w), mean+float64(w*f.Y)
			n++
		}
	}
	mean /= sum
	for _, f := range all {
		if d := f.Y - mean; f.Kind == kind {
			q += d * d / (f.SE * f.SE)
		}
	}
	return math.Sqrt(max(0, (q-float64(n-1))/(sum-squares/sum)))
}

// A RatioPrior is what is known of a hazard ratio: log-normal with a median and the standard
// deviation of its logarithm, where there is an effect.
type RatioPrior struct{ Median, SD, None float64 }

// DeriveCounselling returns what is known of a hazard ratio on use in counselling, for the
// one that a preset has. That stands for the contrast against no treatment. In another setting
// the effect is normal about it, with the spread between contrasts and the error of that one;
// what would be below zero is no effect. The logarithm of the ratio is in proportion
// to the effect: of quitting and of relapse, which move together, half of it each.
func DeriveCounselling(all []UseFigure, ratio float64) RatioPrior {
	between := BetweenFigures(all, Counselling)
	for _, f := range all {
		if f.Kind == Counselling && f.Centre {
			sd := portable.Hypot(between, f.SE)
			z := f.Y / sd
			some := portable.Erfc(-z/math.Sqrt2) / 2
			hazard := portable.Exp(-z*z/2) / math.Sqrt(2*math.Pi) / some
			// The mean and variance of a normal distribution above zero.
			mean, variance := f.Y+float64(sd*hazard), sd*sd*(1-float64(hazard*(hazard+z)))
			log := portable.Log(ratio) / f.Y
			return RatioPrior{portable.Exp(log * mean), math.Abs(log) * math.Sqrt(variance), 1 - some}
		}
	}
	panic("use.csv has no contrast at the centre")
}

// DeriveMedication returns what is known of the rate of quitting or of relapse in
// treatment with medication, for the one that a preset has: the log odds of not using, which
// in the long run are the difference of the logarithms of both, differ between studies,
// half of it in each, as the two move together.
func DeriveMedication(all []UseFigure, rate float64) RatioPrior {
	return RatioPrior{Median: rate, SD: BetweenFigures(all, Medication) / 2}
}
