package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"caseload/internal/suite"
)

// The law of verdicts: what run, size and explain say in words about random scenarios
// is held against the numbers of a run ten times as large, with another seed, by
// the program below, which reads sentences and JSON alone and shares no rule with
// the code that writes the sentences. A sentence is contradicted where the larger
// run denies it by more than 3 standard errors of both runs together; where it is
// right that happens to one in 370 by chance.

const (
	lawReplicates = 400
	lawLarger     = 10 * lawReplicates
	lawChance     = 0.0027 // of a contradiction where all is right: a normal beyond 3
)

// ask runs the program on a scenario.
func ask(t *testing.T, scenario string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{args[0], "law.toml", "--quiet"}, args[1:]...)
	code := execute(t.Context(), args, strings.NewReader(""), &stdout, &stderr, fstest.MapFS{"law.toml": {Data: []byte(scenario)}})
	if code != exitDone {
		t.Fatalf("%v: exit %d\n%s\n%s", args, code, stderr.String(), scenario)
	}
	return stdout.String()
}

// figures are the numbers of one object of JSON, by name; null is not a number.
type figures map[string]any

func (f figures) of(name string) float64 {
	if x, ok := f[name].(float64); ok {
		return x
	}
	return math.NaN()
}

// lists reads the lists of objects of an answer.
func lists(t *testing.T, text string) map[string][]figures {
	t.Helper()
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	all := map[string][]figures{}
	for name, data := range raw {
		var list []figures
		if json.Unmarshal(data, &list) == nil {
			all[name] = list
		}
	}
	return all
}

// find is the object of a list whose names have these values.
func find(list []figures, want ...string) figures {
	for _, f := range list {
		ok := true
		for k := 0; k < len(want); k += 2 {
			ok = ok && f[want[k]] == want[k+1]
		}
		if ok {
			return f
		}
	}
	return nil
}

// law collects what is said about one scenario, and what of it a larger run denies.
type law struct {
	t           *testing.T
	claims      int
	contradicts []string
}

// holds counts a claim.
func (l *law) holds(ok bool, format string, args ...any) {
	if l.claims++; !ok {
		l.contradicts = append(l.contradicts, fmt.Sprintf(format, args...))
	}
}

// both is the standard error of a difference between a number of the smaller run and
// that of the larger one, whose standard error this is.
func both(se float64) float64 { return se * math.Sqrt(1+float64(lawLarger)/lawReplicates) }

// sameAs claims that a number in a text is that of the larger run: within 3 standard
// errors and half a unit of its last digit.
func (l *law) sameAs(what, text string, larger, se float64) {
	x, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil {
		l.t.Errorf("%s: %v", what, err)
		return
	}
	half := 0.5
	if _, digits, ok := strings.Cut(text, "."); ok {
		half = 0.5 * math.Pow(0.1, float64(len(digits)))
	}
	l.holds(math.Abs(x-larger) <= 3*both(se)+half*1.001, "%s: %s, but %.5g (%.2g) in the larger run", what, text, larger, se)
}

// share is the standard error of a share over the larger run, of one event at least.
func share(p float64) float64 {
	p = min(max(p, 1.0/lawLarger), 1-1.0/lawLarger)
	return math.Sqrt(p * (1 - p) / lawLarger)
}

// paragraphs are those of a text, each on one line.
func paragraphs(text string) (all []string) {
	for _, p := range strings.Split(text, "\n\n") {
		all = append(all, strings.Join(strings.Fields(p), " "))
	}
	return all
}

// goodness is +1 where more of a variable, or a later event, is better for a client.
var goodness = map[string]float64{"linked_su": 1, "days_in_su": 1, "time_to_linkage": -1, "abstinent": 1, "days_using": -1}

// inSD is the effect in standard deviations by what happens in the arms.
func inSD(arm, control figures) float64 {
	variable := arm["variable"].(string)
	p, q := arm.of("mean"), control.of("mean")
	if variable == "linked_su" || variable == "abstinent" {
		logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
		return (logit(p) - logit(q)) * math.Sqrt(3) / math.Pi * goodness[variable]
	}
	if p == q {
		return 0
	}
	return (p - q) / math.Sqrt((arm.of("sd")*arm.of("sd")+control.of("sd")*control.of("sd"))/2) * goodness[variable]
}

const aNumber = `(-?[\d,]*\.?\d+)`

var (
	armsSaid    = regexp.MustCompile(`^(Linked|Drugs): ` + aNumber + ` [^ ]+ in the help arm, ` + aNumber + ` [^ ]+ in the usual arm(?:, of those alive)?\. (.*)$`)
	powerSaid   = regexp.MustCompile(aNumber + ` % of the time \(.*?; ([a-z ,0-9]+?), (?:two|one)-sided`)
	effectSaid  = regexp.MustCompile(`would detect this (very small )?(benefit|harm)`)
	rolloutSaid = regexp.MustCompile(`In the trial the effect is ` + aNumber + ` [^;]*; with everyone .* it is ` + aNumber + ` `)
	narrowSaid  = regexp.MustCompile(`(Linked|Drugs) by ([a-z ]+), ` + aNumber + ` % of them contain`)
)

// run holds the law over what run says.
func (l *law) run(scenario string) {
	said := ask(l.t, scenario, "run", "--replicates", fmt.Sprint(lawReplicates), "--seed", "1")
	larger := lists(l.t, ask(l.t, scenario, "run", "--replicates", fmt.Sprint(lawLarger), "--seed", "2", "--json"))
	sentences := 0
	for _, p := range paragraphs(said) {
		if m := armsSaid.FindStringSubmatch(p); m != nil {
			sentences++
			l.sentence(m, larger)
		}
		l.cautions(p, larger)
	}
	if sentences != 1 {
		l.t.Errorf("%d sentences were understood of:\n%s", sentences, said)
	}
}

func (l *law) sentence(m []string, larger map[string][]figures) {
	outcome, rest := strings.ToLower(m[1]), m[4]
	arm, control := find(larger["arms"], "outcome", outcome, "arm", "help"), find(larger["arms"], "outcome", outcome, "arm", "usual")
	for k, x := range []figures{arm, control} {
		scale := 1.0
		if x.of("mean") < 1 && (x["variable"] == "linked_su" || x["variable"] == "abstinent") {
			scale = 100
		}
		l.sameAs(outcome+", arm", m[2+k], scale*x.of("mean"), scale*x.of("mean_mcse"))
	}
	power := powerSaid.FindStringSubmatch(rest)
	if strings.Contains(rest, "No power is given: ") {
		for _, row := range larger["rows"] {
			l.holds(row["outcome"] != outcome || row["valid"] == false, "%s, though %v holds", rest, row["method"])
		}
		return
	}
	if power == nil {
		l.t.Errorf("no power in %q", rest)
		return
	}
	row := find(larger["rows"], "outcome", outcome, "method", strings.ReplaceAll(power[2], " ", "_"))
	l.sameAs(outcome+", power", power[1], 100*row.of("power"), 100*share(row.of("power")))
	l.verdict(outcome+": "+rest, inSD(arm, control), row.of("truth_sd_mcse"))
	if r := rolloutSaid.FindStringSubmatch(rest); r != nil {
		scale := 1.0
		if row["effect"] == "RD" {
			scale = 100
		}
		l.sameAs(outcome+", in the trial", r[1], scale*row.of("truth"), scale*row.of("truth_mcse"))
		l.sameAs(outcome+", rolled out", r[2], scale*row.of("truth_rollout"), scale*row.of("truth_rollout_mcse"))
	}
}

// verdict holds what is said of an effect against it, in SD, in the larger run.
func (l *law) verdict(text string, d, se float64) {
	m := effectSaid.FindStringSubmatch(text)
	switch {
	case m != nil:
		sign := map[string]float64{"benefit": 1, "harm": -1}[m[2]]
		l.holds(d*sign > 0, "%s: %.4f SD (%.4f) in the larger run", text, d, se)
		if m[1] != "" {
			l.holds(math.Abs(d) < 0.05+3*both(se), "%s: %.4f SD (%.4f) in the larger run", text, d, se)
		} else {
			l.holds(math.Abs(d) > 0.05-3*both(se), "%s: %.4f SD (%.4f) in the larger run", text, d, se)
		}
	case strings.Contains(text, "nothing of a size that matters"):
		l.holds(math.Abs(d) <= 0.02+3*se, "%s: %.4f SD (%.4f) in the larger run", text, d, se)
	case strings.Contains(text, "can't tell"):
		// The smaller run has sqrt(10) times the error, and says so within 3 of it.
		l.holds(math.Abs(d) <= 3*math.Sqrt(10)*se+3*both(se), "%s: %.4f SD (%.4f) in the larger run", text, d, se)
	default:
		l.t.Errorf("no verdict in %q", text)
	}
}

// cautions holds what is said of bias and of intervals.
func (l *law) cautions(p string, larger map[string][]figures) {
	if _, names, ok := strings.Cut(p, "Biased, beyond chance and by so much that it matters: "); ok {
		names, _, _ = strings.Cut(names, ".")
		for _, name := range strings.Split(names, "; ") {
			row := find(larger["rows"], "outcome", strings.ToLower(name))
			least := min(row.of("empirical_se")/10, math.Abs(row.of("truth"))/20)
			l.holds(math.Abs(row.of("bias"))+3*both(row.of("bias_mcse")) > least, "%s biased: %.4g (%.2g), of a truth of %.4g, in the larger run",
				name, row.of("bias"), row.of("bias_mcse"), row.of("truth"))
		}
	}
	for _, m := range narrowSaid.FindAllStringSubmatch(p, -1) {
		row := find(larger["rows"], "outcome", strings.ToLower(m[1]), "method", strings.ReplaceAll(m[2], " ", "_"))
		l.sameAs(m[1]+", coverage", m[3], 100*row.of("coverage"), 100*share(row.of("coverage")))
		l.holds(row.of("coverage") < 0.935+3*both(share(row.of("coverage"))), "%s too narrow: coverage %.4f in the larger run", m[1], row.of("coverage"))
	}
}

var (
	sizeSaid = regexp.MustCompile(`: ` + aNumber + ` clients give 80 % power \[95 % CI (` + aNumber + `|no bound) to (` + aNumber + `|no bound)\]`)
	sizeNot  = regexp.MustCompile(`(?i)no trial of up to ` + aNumber + ` clients reaches 80 % power: it is ` + aNumber + ` %`)
	sdSaid   = `(-?[\d.]+) SD`
	keptSaid = regexp.MustCompile(`This trial would report ` + sdSaid)
	lossSaid = regexp.MustCompile(`The largest loss, ` + sdSaid + `[^.]* by its Shapley value, comes from (.*?)(?::|\.)`)
)

// mostClients is the largest design that searches of the law may try.
const mostClients = 1200

// size holds the law over what size says: the power at its answer's bounds, drawn out
// from 2 to 3 standard errors, and the reasons that it gives for having no answer.
func (l *law) size(scenario string) {
	said := strings.Join(strings.Fields(ask(l.t, scenario, "size", "--seed", "1", "--max-clients", fmt.Sprint(mostClients), "--brief")), " ")
	if m := sizeSaid.FindStringSubmatch(said); m != nil {
		at, _ := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
		for k, sign := range map[int]float64{2: 1, 4: -1} {
			bound, err := strconv.ParseFloat(strings.ReplaceAll(m[k], ",", ""), 64)
			if err != nil { // no bound
				continue
			}
			n := at + 1.6*(bound-at) - sign // and rounding to whole clients
			if n < 8 {
				continue
			}
			power := l.power(scenario, n)
			l.holds(sign*(power-0.8) < 3*share(power)+0.005, "%s: power %.4f with %.0f clients in the larger run", said, power, n)
		}
		return
	}
	m := sizeNot.FindStringSubmatch(said)
	if m == nil {
		return // the smallest design is enough, or replicates ran out
	}
	power := l.power(scenario, mostClients)
	l.holds(power < 0.8+3*share(power), "%s: power %.4f in the larger run", said, power)
	switch {
	case strings.Contains(said, "nothing of a size that matters"), strings.Contains(said, "can't tell"):
		larger := lists(l.t, ask(l.t, scenario, "run", "--replicates", fmt.Sprint(lawLarger), "--seed", "2", "--json", "--set", fmt.Sprintf("trial.clients=%d", mostClients)))
		row := larger["rows"][0]
		name := row["outcome"].(string)
		l.verdict(said, inSD(find(larger["arms"], "outcome", name, "arm", "help"), find(larger["arms"], "outcome", name, "arm", "usual")), row.of("truth_sd_mcse"))
	case strings.Contains(said, "the queue is longer"):
		room := l.power(scenario, mostClients, "service.clinic.slots=unlimited", "program.help.staff=400")
		l.holds(room > power, "%s: power %.4f with room for everyone, %.4f without, in the larger run", said, room, power)
	case strings.Contains(said, "It still rises"):
		more := l.power(scenario, 2*mostClients)
		l.holds(more > power-3*both(share(power)), "%s: power %.4f with twice the clients, after %.4f, in the larger run", said, more, power)
	}
}

// power is that of the primary outcome with so many clients, in the larger run.
func (l *law) power(scenario string, clients float64, sets ...string) float64 {
	args := []string{"run", "--replicates", fmt.Sprint(lawLarger), "--seed", "2", "--json", "--set", fmt.Sprintf("trial.clients=%.0f", clients)}
	for _, set := range sets {
		args = append(args, "--set", set)
	}
	rows := lists(l.t, ask(l.t, scenario, args...))["rows"]
	for _, row := range rows {
		if row["primary"] == true && row["valid"] != false {
			return row.of("power")
		}
	}
	return rows[0].of("power")
}

// explain holds the law over what explain says, with a fifth of the replicates, as it
// has many worlds.
func (l *law) explain(scenario string) {
	const few = lawReplicates / 5
	said := strings.Join(strings.Fields(ask(l.t, scenario, "explain", "--replicates", fmt.Sprint(few), "--seed", "1", "--brief")), " ")
	text := ask(l.t, scenario, "explain", "--replicates", fmt.Sprint(10*few), "--seed", "2", "--json")
	var larger struct{ Observed figures }
	if err := json.Unmarshal([]byte(text), &larger); err != nil {
		l.t.Fatal(err)
	}
	if m := keptSaid.FindStringSubmatch(said); m != nil {
		l.sameAs("explain, reported", m[1], larger.Observed.of("smd"), larger.Observed.of("mcse"))
	}
	m := lossSaid.FindStringSubmatch(said)
	if m == nil {
		return
	}
	// The words of a factor are not its name, but its loss tells which it is.
	loss, _ := strconv.ParseFloat(m[1], 64)
	most, nearest := figures(nil), figures(nil)
	for _, f := range lists(l.t, text)["factors"] {
		if most == nil || math.Abs(f.of("shapley")) > math.Abs(most.of("shapley")) {
			most = f
		}
		if nearest == nil || math.Abs(math.Abs(f.of("shapley"))-loss) < math.Abs(math.Abs(nearest.of("shapley"))-loss) {
			nearest = f
		}
	}
	l.sameAs("explain, largest loss", m[1], math.Abs(nearest.of("shapley")), nearest.of("shapley_mcse"))
	l.holds(math.Abs(most.of("shapley"))-loss < 3*both(most.of("shapley_mcse"))+3*both(nearest.of("shapley_mcse")),
		"%s: %v moves the effect by %.4f in the larger run", m[0], most["factor"], most.of("shapley"))
}

// greatest is the largest number of contradictions that 99 % of laws that hold have,
// of so many claims: a binomial quantile, computed as a sum.
func greatest(claims int) (k int) {
	p := math.Pow(1-lawChance, float64(claims))
	for sum := p; sum < 0.99; sum += p {
		p *= float64(claims-k) / float64(k+1) * lawChance / (1 - lawChance)
		k++
	}
	return k
}

// TestSentencesAgreeWithALargerRun holds the law over 3 random scenarios, and over 300
// with CASELOAD_LONG=2: what run says of each, size of each third, and explain of each
// tenth.
func TestSentencesAgreeWithALargerRun(t *testing.T) {
	suite.Long(t)
	scenarios := 3
	if suite.IsFull() {
		scenarios = 300
	}
	l := &law{t: t}
	for k := range scenarios {
		scenario := lawScenario(rand.New(rand.NewPCG(uint64(k), 17)))
		l.run(scenario)
		if k%3 == 0 {
			l.size(scenario)
		}
		if k%10 == 0 {
			l.explain(scenario)
		}
	}
	t.Logf("%d claims about %d scenarios, %d contradicted, at most %d by chance:\n%s", l.claims, scenarios, len(l.contradicts), greatest(l.claims),
		strings.Join(l.contradicts, "\n"))
	if len(l.contradicts) > greatest(l.claims) {
		t.Error("more is contradicted than chance allows")
	}
}
