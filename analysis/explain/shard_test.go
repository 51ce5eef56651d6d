package explain

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"testing"

	"caseload/sim"
)

// The pieces of several machines make the explanation of one, to the bit: also those
// that were cut off, written to a file, and gone on with.
func TestPiecesMakeTheExplanation(t *testing.T) {
	for _, of := range []struct {
		m *sim.Model
		q Question
	}{{load(t, plainTOML), Question{Outcome: "abstinent", Target: "in_need"}}, {load(t, plainTOML), Question{Outcome: "linked"}}, {builtin(t, "needle-exchange"), Question{Outcome: "retention"}}} {
		m, q, outcome := of.m, of.q, of.q.Outcome
		opt := Options{Replicates: 20, Seed: 3, Workers: 2}
		want, err := Run(t.Context(), m, q, opt)
		if err != nil {
			t.Fatal(err)
		}
		var pieces []*Piece
		for i := 1; i <= 3; i++ {
			p, saved := new(Piece), []byte(nil)
			save := func(p *Piece) error {
				var b bytes.Buffer
				err := gob.NewEncoder(&b).Encode(p)
				saved = b.Bytes()
				return err
			}
			ctx, stop := context.WithCancel(t.Context())
			cut := opt
			cut.Progress = func(done, _ int) { stop() }
			if whole, err := p.Find(ctx, m, q, cut, Shard{i, 3}, save); err != nil || len(p.Worlds) > 0 && (whole || p.Replicates == 0 || p.Replicates == 20) {
				t.Fatalf("a piece that is cut off: whole %v, %d replicates (%v)", whole, p.Replicates, err)
			}
			p = new(Piece)
			if err := gob.NewDecoder(bytes.NewReader(saved)).Decode(p); err != nil {
				t.Fatal(err)
			}
			if whole, err := p.Find(t.Context(), m, q, opt, Shard{i, 3}, save); !whole || err != nil {
				t.Fatalf("piece %d: whole %v (%v)", i, whole, err)
			}
			p = new(Piece)
			if err := gob.NewDecoder(bytes.NewReader(saved)).Decode(p); err != nil {
				t.Fatal(err)
			}
			pieces = append(pieces, p)
		}
		got, err := Join(m, q, opt, pieces)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := spelledOut(want), spelledOut(got); a != b {
			t.Errorf("%s: the pieces make\n%s\nwant\n%s", outcome, b, a)
		}
		if _, err := Join(m, q, opt, pieces[:2]); err == nil {
			t.Errorf("%s: two pieces of three make an explanation", outcome)
		}
		pieces[0].Replicates--
		if _, err := Join(m, q, opt, pieces); err == nil {
			t.Errorf("%s: a piece of fewer replicates is taken", outcome)
		}
	}
}

// spelledOut writes what an explanation found, what it points to included.
func spelledOut(e *Explanation) string {
	x := *e
	x.Scenario, x.Outcome, x.Path, x.Dilution = nil, nil, nil, nil
	return fmt.Sprintf("%+v\n%+v\n%+v", x, e.Path, e.Dilution)
}
