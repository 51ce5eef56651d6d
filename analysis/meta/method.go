package meta

import "fmt"

// Method is how the variance between studies, tau squared, is estimated.
type Method uint8

// The methods. FE takes one effect to be common to all studies, so that there
// is no variance between them; all others are random-effects models.
const (
	FE   Method = iota
	DL          // DerSimonian & Laird 1986: method of moments, with weights 1/v
	HE          // Hedges & Olkin 1985: method of moments, unweighted
	HS          // Hunter & Schmidt 1990
	SJ          // Sidik & Jonkman 2005, from the crude variance
	ML          // maximum likelihood
	REML        // restricted maximum likelihood
	PM          // Paule & Mandel 1982: Q equals its degrees of freedom
	EB          // empirical Bayes (Morris 1983): the same solution as PM
)

var methodNames = [...]string{"fe", "dl", "he", "hs", "sj", "ml", "reml", "pm", "eb"}

func (m Method) String() string { return methodNames[m] }

// Methods lists the names of all methods.
func Methods() []string { return methodNames[:] }

// LookupMethod finds a method by its name.
func LookupMethod(name string) (m Method, ok bool) {
	for k, n := range methodNames {
		if n == name {
			return Method(k), true
		}
	}
	return 0, false
}

// Status tells why there is no result.
type Status uint8

// The statuses.
const (
	OK           Status = iota
	NoStudies           // nothing to pool
	TooFew              // fewer studies, or clusters, than the model needs
	BadData             // a number that is not finite, or a variance not above 0
	Collinear           // a moderator is determined by those before it
	NotConverged        // the iterations did not settle
	ZeroVariance        // the effects don't vary, so that a t test has nothing to go by
)

var statusNames = [...]string{"ok", "no studies", "too few studies", "bad data", "collinear moderators", "not converged", "zero variance"}

// Statuses is how many statuses there are: counts by status fit an array of
// this length.
const Statuses = len(statusNames)

// Failed reports whether there is no estimate.
func (s Status) Failed() bool { return s != OK }

// MarshalText writes it in words, as JSON has it.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Status) UnmarshalText(text []byte) error {
	for k, name := range statusNames {
		if string(text) == name {
			*s = Status(k)
			return nil
		}
	}
	return fmt.Errorf("got status %q, want one of %v", text, statusNames)
}

func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// Options say how effects are analysed. The zero value is a common effect with
// 95 % limits.
type Options struct {
	Method Method
	// KnappHartung takes the standard error from the weighted residuals and the
	// t distribution with k - p degrees of freedom (Hartung 1999, Biom J 41:901;
	// Knapp & Hartung 2003, Stat Med 22:2693), without a floor: the interval can
	// be shorter than the normal one where effects happen to agree.
	KnappHartung bool
	// Alpha is one less the level of all limits; 0 is 0.05.
	Alpha float64
	// MostIterations is after how many iterations an estimate that has not
	// settled is NotConverged; 0 is 200.
	MostIterations int
}

func (o *Options) alpha() float64 {
	if o.Alpha == 0 {
		return 0.05
	}
	return o.Alpha
}

func (o *Options) mostIterations() int {
	if o.MostIterations == 0 {
		return 200
	}
	return o.MostIterations
}
