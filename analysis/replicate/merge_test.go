package replicate

import (
	"errors"
	"slices"
	"testing"
)

func TestGaps(t *testing.T) {
	for _, c := range []struct {
		whole Range
		have  []Range
		want  []Range
	}{
		{Range{0, 10}, nil, []Range{{0, 10}}},
		{Range{0, 10}, []Range{{0, 10}}, nil},
		{Range{0, 10}, []Range{{6, 10}, {0, 6}}, nil},
		{Range{0, 10}, []Range{{7, 9}, {1, 3}, {2, 5}}, []Range{{0, 1}, {5, 7}, {9, 10}}},
		{Range{4, 8}, []Range{{0, 5}, {7, 20}}, []Range{{5, 7}}},
		{Range{4, 8}, []Range{{0, 2}, {9, 20}}, []Range{{4, 8}}},
		{Range{0, 10}, []Range{{0, 9}, {2, 3}}, []Range{{9, 10}}},
		{Range{3, 3}, nil, nil},
	} {
		if got := Gaps(c.whole, c.have); !slices.Equal(got, c.want) {
			t.Errorf("%v in %v: %v, want %v", c.have, c.whole, got, c.want)
		}
	}
}

// piecesOf makes pieces that hold their place in the list.
func piecesOf(list []Range) (out []Piece[int]) {
	for k, r := range list {
		out = append(out, Piece[int]{r, k})
	}
	return out
}

func places(list []Piece[int]) (out []int) {
	for _, p := range list {
		out = append(out, p.Of)
	}
	return out
}

func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name       string
		whole      Range
		pieces     []Range
		row, spare []int
	}{
		{"one", Range{0, 4}, []Range{{0, 4}}, []int{0}, nil},
		{"in a row", Range{0, 9}, []Range{{6, 9}, {0, 4}, {4, 6}}, []int{1, 2, 0}, nil},
		{"twice", Range{0, 4}, []Range{{0, 4}, {0, 4}}, []int{0}, []int{1}},
		{"the longest first", Range{0, 6}, []Range{{0, 2}, {4, 6}, {0, 4}}, []int{2, 1}, []int{0}},
		{"within another", Range{10, 20}, []Range{{12, 14}, {10, 20}}, []int{1}, []int{0}},
		{"none is wanted", Range{5, 5}, nil, nil, nil},
	} {
		row, spare, err := Merge(c.whole, piecesOf(c.pieces))
		if err != nil || !slices.Equal(places(row), c.row) || !slices.Equal(places(spare), c.spare) {
			t.Errorf("%s: %v, spare %v, the error %v", c.name, row, spare, err)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		pieces []Range
		gap    Range
		misfit int
	}{
		{"nothing", nil, Range{0, 10}, -1},
		{"a gap before", []Range{{2, 10}}, Range{0, 2}, -1},
		{"a gap within", []Range{{0, 4}, {6, 10}}, Range{4, 6}, -1},
		{"a gap of one", []Range{{0, 4}, {5, 10}}, Range{4, 5}, -1},
		{"a gap behind", []Range{{0, 4}}, Range{4, 10}, -1},
		{"only what is beyond", []Range{{12, 14}}, Range{0, 10}, -1},
		{"in part in another", []Range{{0, 6}, {4, 10}}, Range{}, 1},
		{"all but one in another", []Range{{0, 9}, {2, 10}}, Range{}, 1},
		{"beyond", []Range{{0, 10}, {10, 12}}, Range{}, 1},
		{"far beyond", []Range{{14, 16}, {0, 10}}, Range{}, 0},
	} {
		row, spare, err := Merge(Range{0, 10}, piecesOf(c.pieces))
		gap, isGap := errors.AsType[*Gap](err)
		misfit, isMisfit := errors.AsType[*Misfit[int]](err)
		switch {
		case row != nil || spare != nil:
			t.Errorf("%s: %v, %v", c.name, row, spare)
		case c.misfit < 0 && (!isGap || gap.Range != c.gap), c.misfit >= 0 && (!isMisfit || misfit.Piece.Of != c.misfit):
			t.Errorf("%s: the error %v", c.name, err)
		}
	}
}

// However a run is cut into ranges that are run apart, merging gives the run in one
// piece.
func TestMergedRangesAreARunInOnePiece(t *testing.T) {
	whole := Range{0, 50}
	for _, cuts := range [][]int{{}, {4, 8}, {1, 3, 26, 27}, {13}} {
		var pieces []Piece[[]int]
		from := 0
		for _, to := range append(cuts, whole.To) {
			p := Piece[[]int]{Range: Range{from, to}}
			if _, err := summing(p.Range, Options{Workers: 2}, &p.Of).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			pieces = append(pieces, p)
			from = to
		}
		slices.Reverse(pieces)
		row, _, err := Merge(whole, pieces)
		var got []int
		for _, p := range row {
			got = append(got, p.Of...)
		}
		if err != nil || !slices.Equal(got, squares(whole)) {
			t.Errorf("cut at %v: %v, the error %v", cuts, got, err)
		}
	}
}
