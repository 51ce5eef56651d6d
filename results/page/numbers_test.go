package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// read is a page as its reader has it: its text, and its tables by title, each row by the
// heads of its columns.
type read struct {
	text   string
	tables map[string][]map[string]string
}

var (
	tableTags = regexp.MustCompile(`(?s)<caption><span>(.*?)</span></caption>.*?<tbody>(.*?)</tbody>`)
	cellTags  = regexp.MustCompile(`(?s)<t[hd][^>]*data-head="([^"]*)"[^>]*>(.*?)</t[hd]>`)
	anyTag    = regexp.MustCompile(`<[^>]*>`)
)

// plainText is what stands in a piece of a page.
func plainText(text string) string {
	return strings.ReplaceAll(html.UnescapeString(anyTag.ReplaceAllString(text, "")), "\u00a0", " ")
}

// readPage reads a page back.
func readPage(text string) *read {
	text = regexp.MustCompile(`(?s)<details class="numbers">.*?</details>`).ReplaceAllString(text, "") // those of figures
	p := &read{tables: map[string][]map[string]string{}, text: plainText(text)}
	for _, m := range tableTags.FindAllStringSubmatch(text, -1) {
		title := plainText(m[1])
		for _, line := range strings.Split(m[2], "</tr>") {
			row := map[string]string{}
			for _, c := range cellTags.FindAllStringSubmatch(line, -1) {
				row[plainText(c[1])] = plainText(c[2])
			}
			if len(row) > 0 {
				p.tables[title] = append(p.tables[title], row)
			}
		}
	}
	return p
}

// has returns the rows of the table whose title begins so.
func (p *read) has(t *testing.T, title string) []map[string]string {
	t.Helper()
	for name, rows := range p.tables {
		if strings.HasPrefix(name, title) {
			return rows
		}
	}
	t.Fatalf("no table %q on a page with %v", title, slices.Sorted(maps.Keys(p.tables)))
	return nil
}

// firstNumber begins a cell.
var firstNumber = regexp.MustCompile(`^[-−]?[0-9][0-9,]*(\.[0-9]+)?`)

// says fails unless a cell begins with a number, in as many digits as it has there.
func says(t *testing.T, what, cell string, x float64) {
	t.Helper()
	shown := strings.NewReplacer(",", "", "−", "-").Replace(firstNumber.FindString(cell))
	digits := 0
	if _, after, ok := strings.Cut(shown, "."); ok {
		digits = len(after)
	}
	got, err := strconv.ParseFloat(shown, 64)
	if err != nil || math.Abs(got-x) > 0.5000001*math.Pow(10, -float64(digits)) {
		t.Errorf("%s: the page has %q, JSON has %v", what, cell, x)
	}
}

// decoded is what an answer's JSON says.
func decoded(t *testing.T, write func(io.Writer) error) map[string]any {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func number(t *testing.T, object map[string]any, key string) float64 {
	t.Helper()
	x, ok := object[key].(float64)
	if !ok {
		t.Fatalf("JSON has %v at %s", object[key], key)
	}
	return x
}

func objects(object map[string]any, key string) (out []map[string]any) {
	list, _ := object[key].([]any)
	for _, x := range list {
		out = append(out, x.(map[string]any))
	}
	return out
}

// A run's page has the powers and truths of its JSON, row by row.
func TestNumbersOfARunAreThoseOfItsJSON(t *testing.T) {
	c := dilution(t)
	p, all := readPage(written(t, New(c))), decoded(t, c.Run.JSON)
	rows, found := objects(all, "rows"), p.has(t, "What the trial would find")
	if len(rows) != len(found) || len(rows) < 5 {
		t.Fatalf("%d rows on the page, %d in JSON", len(found), len(rows))
	}
	for k, row := range rows {
		if x, ok := row["power"].(float64); ok && !strings.HasPrefix(found[k]["power % [95 % CI]"], "-") {
			says(t, fmt.Sprint("power of row ", k), found[k]["power % [95 % CI]"], 100*x)
		}
	}
	for k, row := range p.has(t, "How far the analyses can be trusted") {
		if x, ok := rows[k]["coverage"].(float64); ok && row["coverage %"] != "-" {
			says(t, fmt.Sprint("coverage of row ", k), row["coverage %"], 100*x)
		}
	}
}

// The pages of an explanation and a plan, and the sheet, have the numbers of their JSON.
func TestNumbersOfAPlanAreThoseOfItsJSON(t *testing.T) {
	c := dilution(t)
	p := readPage(written(t, New(c)))
	e := decoded(t, c.Explanations[0].JSON)
	for _, end := range []string{"ideal", "observed"} {
		smd, there := number(t, e[end].(map[string]any), "smd"), false
		for _, m := range regexp.MustCompile(`([0-9]\.[0-9]+) SD`).FindAllStringSubmatch(p.text, -1) {
			x, _ := strconv.ParseFloat(m[1], 64)
			there = there || math.Abs(x-math.Abs(smd)) <= 0.5000001*math.Pow(10, -float64(len(m[1])-2))
		}
		if !there {
			t.Errorf("the page does not have the %s effect of %v SD", end, smd)
		}
	}
	plan := decoded(t, c.Plans[0].Size.JSON)
	says(t, "clients", p.has(t, "What the answer's trial takes")[0]["amount"], number(t, plan, "clients"))
	for k, row := range p.has(t, "Designs tried") {
		says(t, "power of a design", row["power % [95 % CI]"], 100*number(t, objects(plan, "evaluations")[k], "power"))
	}

	sheet := sheetOf(c)
	s, facts := readPage(writtenSheet(t, c)), decoded(t, sheet.Facts.JSON)
	says(t, "clients on the sheet", s.has(t, "What the trial takes")[0]["amount"], number(t, plan, "clients"))
	swings := objects(facts["what_if"].(map[string]any), "swings")
	rows, _ := sheet.Swings()
	if shown := s.has(t, "Power if an assumption is wrong"); len(shown) != len(rows) || len(shown) != len(swings)-1 {
		t.Errorf("%d rows of %d swings", len(shown), len(swings))
	}
	for k, row := range s.has(t, "Power if an assumption is wrong") {
		says(t, "power at low", row["power % at low (MCSE)"], 100*number(t, swings[k]["low"].(map[string]any), "power"))
		says(t, "power at high", row["power % at high (MCSE)"], 100*number(t, swings[k]["high"].(map[string]any), "power"))
	}
}

// Other answers' pages have the numbers of their JSON.
func TestNumbersOfOtherPagesAreThoseOfTheirJSON(t *testing.T) {
	page := pooled(t)
	m := readPage(written(t, page)).has(t, "The pooled effect")[0]
	if m["studies"] != "13" {
		t.Errorf("the meta-analysis has %v", m)
	}
	// The log odds ratio of the BCG trials by REML, and its standard error, by the restricted
	// likelihood written out in R 4.2: with y and v, and w = 1/(v + t), the t that minimizes
	// (sum(log(v + t)) + log(sum(w)) + sum(w*(y - sum(w*y)/sum(w))^2))/2.
	says(t, "pooled effect", m["estimate"], -0.7452)
	says(t, "its standard error", m["SE"], 0.1860)

	sc, swept := cells(t)
	shown := readPage(written(t, (&Answers{Scenario: sc, Sweep: swept}).Page())).has(t, "Entered treatment within 7 days")
	list := objects(decoded(t, swept.JSON), "cells")
	if len(shown) != 3 || len(list) != 3 {
		t.Fatalf("%d rows of %d cells", len(shown), len(list))
	}
	for k, cell := range list {
		row := objects(cell, "rows")[0]
		says(t, "clients", shown[k]["clients"], number(t, cell, "clients"))
		says(t, "power", shown[k]["power % (MCSE)"], 100*number(t, row, "power"))
		says(t, "mean estimate", shown[k]["mean RD, pp"], 100*number(t, row, "mean"))
	}
}

// So have those of bodies of trials.
func TestNumbersOfABodyOfTrialsAreThoseOfItsJSON(t *testing.T) {
	suite.Long(t)
	body := bodies(t)
	found := readPage(written(t, (&Answers{Literatures: []Body{body}}).Page())).has(t, "What the reviews find")
	groups := objects(decoded(t, body.JSON), "rows")
	if len(found) != len(groups) {
		t.Fatalf("%d rows of %d groups", len(found), len(groups))
	}
	for k, g := range groups {
		says(t, "pooled effect", found[k]["pooled SMD"], number(t, g["smd"].(map[string]any), "mean"))
		says(t, "I2", found[k]["I2 %"], number(t, g["i2"].(map[string]any), "mean"))
		says(t, "significant", found[k]["significant %"], 100*number(t, g, "significant"))
	}
}
