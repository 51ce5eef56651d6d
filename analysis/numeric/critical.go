package numeric

// cacheSize is the number of degrees of freedom remembered at a time. The
// degrees of freedom of one outcome move within some dozens from replicate to
// replicate, so the remainder by it hardly ever collides.
const cacheSize = 256

// Criticals remembers two-sided critical values. The zero value is ready. It
// is not safe for use by several goroutines at once.
type Criticals struct {
	alpha   float64 // that normal holds for; 0 before the first
	normal  float64
	student [cacheSize]critical
}

type critical struct{ alpha, df, t float64 }

// Normal returns the z that a standard normal variate exceeds in size with
// probability alpha.
func (c *Criticals) Normal(alpha float64) float64 {
	if c.alpha != alpha {
		c.alpha, c.normal = alpha, -NormalQuantile(alpha/2)
	}
	return c.normal
}

// Student returns StudentCritical(alpha, df), remembered for whole df.
func (c *Criticals) Student(alpha, df float64) float64 {
	if !(df >= 1 && df < 1<<31) || df != float64(int(df)) {
		return StudentCritical(alpha, df)
	}
	e := &c.student[int(df)%cacheSize]
	if e.df != df || e.alpha != alpha {
		*e = critical{alpha, df, StudentCritical(alpha, df)}
	}
	return e.t
}
