package page

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"caseload/scenarios"
)

// CheckState refuses a state, as a page's link has it after the #, that is not one of the
// scenario: everything that is wrong with it.
func CheckState(text string, sc *scenarios.Scenario) error {
	values, err := url.ParseQuery(strings.TrimPrefix(text, "#"))
	if err != nil {
		return fmt.Errorf("got %q, want what stands after the # of a page's link: %w", text, err)
	}
	sliders := map[string]float64{}
	var errs []error
	for _, key := range slices.Sorted(keys(values)) {
		value := values.Get(key)
		switch key {
		case "scenario", "file", "hide", "guess": // the scenario is named by itself
		case "outcome":
			if !slices.ContainsFunc(sc.Outcomes, func(o scenarios.Outcome) bool { return o.Name == value }) {
				errs = append(errs, fmt.Errorf("outcome: got %q, want the name of an outcome", value))
			}
		case "seed", "trials", "trial", "client":
			if n, err := strconv.Atoi(value); err != nil || n < 0 {
				errs = append(errs, fmt.Errorf("%s: got %q, want a whole number of at least 0", key, value))
			}
		default:
			x, err := strconv.ParseFloat(value, 64)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: got %q, want a number", key, value))
				continue
			}
			sliders[key] = x
		}
	}
	_, err = sc.Slide(sliders)
	return errors.Join(append(errs, err)...)
}

func keys(values url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range values {
			if !yield(key) {
				return
			}
		}
	}
}
