package folder

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is one of several runs that make up one: number Index (from 1) of Of,
// of Total replicates. The zero Shard is the whole run.
type Shard struct{ Index, Of, Total int }

// ParseShard reads a shard spelled I/N, such as 2/4, of so many things, such as replicates.
func ParseShard(text string, total int, things string) (Shard, error) {
	index, of, _ := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if err1 != nil || err2 != nil || i < 1 || n < 1 || i > n {
		return Shard{}, fmt.Errorf("got %q, want I/N with I from 1 to N, such as 2/4", text)
	}
	s := Shard{Index: i, Of: n, Total: total}
	if s.From() >= s.To() {
		return Shard{}, fmt.Errorf("got %q, but %d %s leave none for this shard: want at most %d shards", text, total, things, max(total, 1))
	}
	return s, nil
}

// From is the shard's first replicate.
func (s Shard) From() int {
	if s.Of == 0 {
		return 0
	}
	return s.Total * (s.Index - 1) / s.Of
}

// To is the replicate after the shard's last; of a whole run, which can always
// be extended, more than there will ever be.
func (s Shard) To() int {
	if s.Of == 0 {
		return endless
	}
	return s.Total * s.Index / s.Of
}

// endless is more replicates than anybody runs, and a whole number of parts.
const endless = PartSize << 20

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }
