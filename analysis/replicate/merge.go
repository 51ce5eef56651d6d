package replicate

import (
	"cmp"
	"fmt"
	"slices"
)

// Range is the replicates From to To, To excluded.
type Range struct{ From, To int }

// String names the first and the last replicate.
func (r Range) String() string { return fmt.Sprintf("%d to %d", r.From, r.To-1) }

// Gaps returns the replicates of the whole that are in none of the ranges, in order.
func Gaps(whole Range, have []Range) (gaps []Range) {
	have = slices.SortedFunc(slices.Values(have), func(a, b Range) int { return cmp.Compare(a.From, b.From) })
	at := whole.From
	for _, r := range append(have, Range{whole.To, whole.To}) {
		if from := min(r.From, whole.To); from > at {
			gaps = append(gaps, Range{at, from})
		}
		at = max(at, r.To)
	}
	return gaps
}

// Piece is the part of a range of replicates that one of several has.
type Piece[T any] struct {
	Range
	Of T
}

// Merge puts pieces in a row that covers the whole, each replicate once: folded in
// that order they give what a run in one piece gives. Of pieces that begin alike
// the longest is taken. Spare are those of which the row has all replicates
// already. It fails with a Gap or a Misfit.
func Merge[T any](whole Range, pieces []Piece[T]) (row, spare []Piece[T], err error) {
	pieces = slices.SortedStableFunc(slices.Values(pieces), func(a, b Piece[T]) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To))
	})
	at := whole.From
	for _, p := range pieces {
		switch {
		case p.From == at && at < whole.To:
			row = append(row, p)
			at = p.To
		case p.From > at && at < whole.To:
			return nil, nil, &Gap{Range{at, min(p.From, whole.To)}}
		case p.To > at:
			return nil, nil, &Misfit[T]{p}
		default:
			spare = append(spare, p)
		}
	}
	if at < whole.To {
		return nil, nil, &Gap{Range{at, whole.To}}
	}
	return row, spare, nil
}

// Gap is replicates that no piece has.
type Gap struct{ Range }

// Error names the replicates.
func (g *Gap) Error() string { return fmt.Sprintf("replicates %v are missing", g.Range) }

// Misfit is a piece that can be neither taken nor left: others have a part of it
// and not all, or it lies beyond the whole.
type Misfit[T any] struct{ Piece Piece[T] }

// Error names the replicates.
func (m *Misfit[T]) Error() string {
	return fmt.Sprintf("replicates %v do not fit: they are, in part, in another piece, or beyond the last one", m.Piece.Range)
}
