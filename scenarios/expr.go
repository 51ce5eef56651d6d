package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"caseload/scenarios/layer"
)

// Expr is a subgroup's membership rule, compiled against a scenario's
// traits. The zero Expr holds for everyone.
//
//	or    = and { "or" and }
//	and   = not { "and" not }
//	not   = "not" not | "(" or ")" | "true" | "false" | TRAIT | value OP value
//	value = TRAIT | NUMBER | "LEVEL"        OP = < <= > >= == !=
//
// A trait alone must be a 0/1 trait. A level is compared with a categorical
// trait by == or != only.
type Expr struct {
	nodes []exprNode // operands before operators; the last is the whole
}

type exprNode struct {
	op   exprOp
	a, b int     // nodes (and, or, not) or traits (the rest); b < 0: x instead
	x    float64 // number or level
}

type exprOp uint8

const (
	opConst exprOp = iota // x != 0
	opTrait               // trait a is not 0
	opNot
	opAnd
	opOr
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opEqual
	opNotEqual
)

var comparisons = map[string]exprOp{"<": opLess, "<=": opLessEqual, ">": opGreater, ">=": opGreaterEqual, "==": opEqual, "!=": opNotEqual}

// mirrored is the comparison with its sides exchanged.
var mirrored = map[exprOp]exprOp{opLess: opGreater, opLessEqual: opGreaterEqual, opGreater: opLess, opGreaterEqual: opLessEqual, opEqual: opEqual, opNotEqual: opNotEqual}

// Eval reports whether a client with these trait values is a member. The
// values are in the order of Scenario.Traits; a categorical trait is the
// index of its level, a Bernoulli trait 0 or 1. It does not allocate.
func (e *Expr) Eval(values []float64) bool {
	if len(e.nodes) == 0 {
		return true
	}
	return e.eval(len(e.nodes)-1, values)
}

func (e *Expr) eval(i int, values []float64) bool {
	n := &e.nodes[i]
	switch n.op {
	case opConst:
		return n.x != 0
	case opTrait:
		return values[n.a] != 0
	case opNot:
		return !e.eval(n.a, values)
	case opAnd:
		return e.eval(n.a, values) && e.eval(n.b, values)
	case opOr:
		return e.eval(n.a, values) || e.eval(n.b, values)
	}
	right := n.x
	if n.b >= 0 {
		right = values[n.b]
	}
	return n.op.compare(values[n.a], right)
}

func (op exprOp) compare(a, b float64) bool {
	switch op {
	case opLess:
		return a < b
	case opLessEqual:
		return a <= b
	case opGreater:
		return a > b
	case opGreaterEqual:
		return a >= b
	case opEqual:
		return a == b
	}
	return a != b
}

// maxExpr bounds an expression's length and with it the depth of nesting.
const maxExpr = 4096

// exprError says what is wrong with an expression, and where in it.
type exprError struct {
	got, want, hint string
	offset          int // bytes
}

// compileExpr compiles an expression over the traits.
func compileExpr(text string, traits []Trait) (Expr, *exprError) {
	return compileExprOver(text, traits, "trait")
}

// compileExprOver compiles an expression over what messages call by a noun.
func compileExprOver(text string, traits []Trait, noun string) (Expr, *exprError) {
	if len(text) > maxExpr {
		return Expr{}, &exprError{got: fmt.Sprintf("%d characters", len(text)), want: fmt.Sprintf("at most %d", maxExpr)}
	}
	p := exprParser{text: text, traits: traits, noun: noun}
	p.next()
	p.or()
	if p.err == nil && p.token != "" {
		p.fail("and, or, or the end")
	}
	if p.err != nil {
		return Expr{}, p.err
	}
	return p.out, nil
}

// exprParser is a recursive-descent parser that looks one token ahead.
type exprParser struct {
	text   string
	traits []Trait
	noun   string // of what values can be, in messages
	pos    int    // after the token
	start  int    // of the token
	token  string // "" at the end
	out    Expr
	err    *exprError
}

// spelling helps those who think in another language.
var spelling = map[string]string{
	"&": `did you mean "and"?`, "|": `did you mean "or"?`, "!": `did you mean "not"?`, "=": `did you mean "=="?`,
}

func (p *exprParser) fail(want string) {
	if p.err != nil {
		return
	}
	got := "the end"
	if p.token != "" {
		got = strconv.Quote(p.token)
		if p.token[0] == '"' {
			got = p.token
		}
	}
	p.err = &exprError{got: got, want: want, hint: spelling[p.token], offset: p.start}
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// next reads one token: a word or number, a quoted level, or an operator.
func (p *exprParser) next() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
	p.start = p.pos
	rest := p.text[p.pos:]
	size := tokenSize(rest)
	p.token = rest[:size]
	p.pos += size
}

func tokenSize(s string) int {
	if s == "" {
		return 0
	}
	switch c := s[0]; {
	case wordByte(c) || c == '.' || c == '-' || c == '+':
		i := 1
		for i < len(s) && (wordByte(s[i]) || s[i] == '.' || s[i] == '-' || s[i] == '+' && (s[i-1] == 'e' || s[i-1] == 'E')) {
			i++
		}
		return i
	case c == '"':
		if end := strings.IndexByte(s[1:], '"'); end >= 0 {
			return end + 2
		}
		return len(s)
	case strings.HasPrefix(s, "<=") || strings.HasPrefix(s, ">=") || strings.HasPrefix(s, "==") || strings.HasPrefix(s, "!="):
		return 2
	}
	_, size := utf8.DecodeRuneInString(s)
	return size
}

func (p *exprParser) emit(n exprNode) int {
	p.out.nodes = append(p.out.nodes, n)
	return len(p.out.nodes) - 1
}

func (p *exprParser) or() int {
	left := p.and()
	for p.err == nil && p.token == "or" {
		p.next()
		right := p.and()
		left = p.emit(exprNode{op: opOr, a: left, b: right})
	}
	return left
}

func (p *exprParser) and() int {
	left := p.not()
	for p.err == nil && p.token == "and" {
		p.next()
		right := p.not()
		left = p.emit(exprNode{op: opAnd, a: left, b: right})
	}
	return left
}

func (p *exprParser) not() int {
	switch {
	case p.err != nil:
		return 0
	case p.token == "not":
		p.next()
		return p.emit(exprNode{op: opNot, a: p.not()})
	case p.token == "(":
		p.next()
		inner := p.or()
		if p.token != ")" {
			p.fail(`")"`)
		}
		p.next()
		return inner
	case p.token == "true" || p.token == "false":
		n := exprNode{op: opConst}
		if p.token == "true" {
			n.x = 1
		}
		p.next()
		return p.emit(n)
	}
	return p.comparison()
}

// exprValue is one side of a comparison.
type exprValue struct {
	trait  int // -1 if none
	number float64
	level  string
	kind   byte // 't'rait, 'n'umber, 'l'evel
	start  int
	token  string
}

func (p *exprParser) comparison() int {
	left := p.value()
	op, compares := comparisons[p.token]
	if p.err != nil {
		return 0
	}
	if !compares {
		return p.truth(left)
	}
	p.next()
	right := p.value()
	if p.err != nil {
		return 0
	}
	if _, again := comparisons[p.token]; again {
		p.fail("and or or between two comparisons")
		return 0
	}
	return p.compare(left, op, right)
}

// truth returns a trait that stands alone.
func (p *exprParser) truth(v exprValue) int {
	switch {
	case v.kind != 't':
		p.err = &exprError{got: v.token, want: "a comparison with a " + p.noun + ": < <= > >= == !=", hint: spelling[p.token], offset: v.start}
	case p.traits[v.trait].Kind != Bernoulli:
		p.err = &exprError{got: strconv.Quote(v.token), want: "a comparison, as " + v.token + " is not a 0/1 trait", hint: spelling[p.token], offset: v.start}
	}
	return p.emit(exprNode{op: opTrait, a: v.trait})
}

func (p *exprParser) compare(left exprValue, op exprOp, right exprValue) int {
	if left.kind != 't' {
		left, right, op = right, left, mirrored[op]
	}
	fail := func(at exprValue, want string) int {
		p.err = &exprError{got: at.token, want: want, offset: at.start}
		return 0
	}
	if left.kind != 't' {
		return fail(left, "a "+p.noun+" on one side of the comparison")
	}
	trait := p.traits[left.trait]
	n := exprNode{op: op, a: left.trait, b: -1, x: right.number}
	categorical := trait.Kind == Categorical
	switch {
	case categorical && right.kind != 'l':
		return fail(right, "a level in quotes: "+layer.OneOf(quoteAll(trait.Levels)))
	case !categorical && right.kind == 'l':
		return fail(right, "a number, since "+left.token+" is not a categorical trait")
	case categorical && op != opEqual && op != opNotEqual:
		return fail(right, "== or != before a level")
	case categorical:
		level := slices.Index(trait.Levels, right.level)
		if level < 0 {
			fail(right, layer.OneOf(quoteAll(trait.Levels)))
			p.err.hint = layer.DidYouMean(right.level, trait.Levels)
			return 0
		}
		n.x = float64(level)
	case right.kind == 't' && p.traits[right.trait].Kind == Categorical:
		return fail(right, "a number or a numeric trait")
	case right.kind == 't':
		n.b = right.trait
	}
	return p.emit(n)
}

func quoteAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strconv.Quote(w)
	}
	return out
}

// value reads a trait, a number or a level.
func (p *exprParser) value() exprValue {
	v := exprValue{trait: -1, start: p.start, token: p.token}
	switch t := p.token; {
	case p.err != nil:
		return v
	case t == "" || t == "and" || t == "or" || t == ")":
		p.fail("a " + p.noun)
		return v
	case t[0] == '"':
		if len(t) < 2 || t[len(t)-1] != '"' {
			p.fail("a closing quote")
			return v
		}
		v.kind, v.level = 'l', t[1:len(t)-1]
	case wordByte(t[0]) && (t[0] < '0' || t[0] > '9'):
		v.kind, v.trait = 't', p.trait(t)
	default:
		number, err := strconv.ParseFloat(t, 64)
		if err != nil {
			p.fail("a " + p.noun + ", a number, not or (")
			return v
		}
		v.kind, v.number = 'n', number
	}
	p.next()
	return v
}

// trait finds a trait by name.
func (p *exprParser) trait(name string) int {
	names := make([]string, len(p.traits))
	for i, t := range p.traits {
		if t.Name == name {
			return i
		}
		names[i] = t.Name
	}
	p.fail("a " + p.noun + ": " + layer.OneOf(names))
	if p.err.hint == "" {
		p.err.hint = layer.DidYouMean(name, names)
	}
	return 0
}

// over reports whether the expression looks at the value of a place.
func (e *Expr) over(place int) bool {
	for _, n := range e.nodes {
		switch {
		case n.op == opConst, n.op == opNot, n.op == opAnd, n.op == opOr:
		case n.a == place, n.op != opTrait && n.b == place:
			return true
		}
	}
	return false
}
