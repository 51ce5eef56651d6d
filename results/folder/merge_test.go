package folder

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// shards makes the folders of a run's shards and returns their names.
func shards(t *testing.T, seed, of, total int) []string {
	t.Helper()
	var dirs []string
	for i := range of {
		id := madeUp(t, seed, 60)
		id.Shard = Shard{i + 1, of, total}
		dirs = append(dirs, filepath.Join(t.TempDir(), fmt.Sprint("shard-", i+1)))
		whole(t, dirs[i], id, total)
	}
	return dirs
}

// merged joins folders and finishes the result.
func merged(t *testing.T, id Identity, replicates int, dirs ...string) (dst string) {
	t.Helper()
	dst = filepath.Join(t.TempDir(), "merged")
	if err := Merge(dst, id.CreatedBy, dirs...); err != nil {
		t.Fatal(err)
	}
	f := opened(t, dst, id)
	if f.Replicates() != replicates {
		t.Fatalf("%d replicates, want %d", f.Replicates(), replicates)
	}
	if err := f.Finish(replicates); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	return dst
}

// Shards that are joined give the bytes of a run in one piece, wherever they
// meet: in the middle of a block, at its end, at a part's, in any order.
func TestShardsJoinIntoARunInOnePiece(t *testing.T) {
	for _, c := range []struct{ of, total int }{{3, 4000}, {2, 2048}, {4, 1024}, {7, 100}, {5, 3333}} {
		id := madeUp(t, 1, 60)
		one := t.TempDir()
		whole(t, one, id, c.total)
		dirs := shards(t, 1, c.of, c.total)
		dirs[0], dirs[c.of-1] = dirs[c.of-1], dirs[0]
		sameFiles(t, merged(t, id, c.total, dirs...), one)
	}
}

// What is there twice and alike does no harm.
func TestTheSameShardTwiceIsFine(t *testing.T) {
	id, one := madeUp(t, 1, 60), t.TempDir()
	whole(t, one, id, 2000)
	dirs := shards(t, 1, 3, 2000)
	sameFiles(t, merged(t, id, 2000, append(dirs, dirs[1])...), one)
	sameFiles(t, merged(t, id, 2000, append(dirs, one)...), one)
}

func TestMissingReplicatesAreListed(t *testing.T) {
	dirs := shards(t, 1, 4, 4000)
	dst := filepath.Join(t.TempDir(), "merged")
	wantRefused(t, Merge(dst, "", dirs[0], dirs[2]), "replicates are missing (the first is 0): 1000 to 1999, 3000 to 3999")
	if _, err := os.Stat(dst); err == nil {
		t.Error("a refusal leaves a folder")
	}
	// A shard that was cut off.
	id := madeUp(t, 1, 60)
	id.Shard = Shard{2, 4, 4000}
	cut := t.TempDir()
	f := opened(t, cut, id)
	run(t, f, id.Layout, 1000, 1100)
	if err := f.Flush(); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, Merge(dst, "", dirs[0], cut, dirs[2], dirs[3]), ": 1100 to 1999:")
}

func TestShardsOfDifferentRunsAreRefused(t *testing.T) {
	a, b := shards(t, 1, 2, 1000), shards(t, 2, 2, 1000)
	dst := filepath.Join(t.TempDir(), "merged")
	wantRefused(t, Merge(dst, "", a[0], b[1]), b[1]+" is of another run than "+a[0], "seed: there 2, wanted 1")
	b = shards(t, 1, 2, 1200)
	wantRefused(t, Merge(dst, "", a[0], b[1]), "shards of 1000 and of 1200 replicates")
	wantRefused(t, Merge(a[1], "", a[0], a[1]), "is one of the folders to be joined")
	wantRefused(t, Merge(dst, "", a[0], t.TempDir()), "a folder without manifest.json")
}

// Two folders that have other numbers for the same replicates are not of one
// run, whatever they say.
func TestOtherNumbersForTheSameReplicatesAreRefused(t *testing.T) {
	dirs := shards(t, 1, 2, 1000)
	id := madeUp(t, 1, 60)
	id.Shard = Shard{2, 2, 1000}
	other := t.TempDir()
	f := opened(t, other, id)
	for k := 1; k < 4; k++ {
		b := block(id.Layout, k, 500, 1000)
		if k == 2 {
			b.Rows[3][5] = math.Nextafter(b.Rows[3][5], 9)
		}
		if err := f.Keep(k, b); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Flush(); err != nil {
		t.Fatal(err)
	}
	dst := filepath.Join(t.TempDir(), "merged")
	wantRefused(t, Merge(dst, "", dirs[0], dirs[1], other), other+" has other numbers for replicates 512 to 767")
	// Pieces that cross can't be taken apart: their counts are sums.
	id.Shard = Shard{2, 3, 1000}
	crossing := t.TempDir()
	whole(t, crossing, id, 1000)
	wantRefused(t, Merge(dst, "", dirs[0], crossing, dirs[1]), "in part, in another folder: leave one of them out")
}

func TestShardRanges(t *testing.T) {
	at := 0
	for i := range 7 {
		s, err := ParseShard(fmt.Sprintf("%d/7", i+1), 1000, "replicates")
		if err != nil {
			t.Fatal(err)
		}
		if s.From() != at {
			t.Errorf("shard %v begins at %d, want %d", s, s.From(), at)
		}
		at = s.To()
	}
	if at != 1000 {
		t.Errorf("the last shard ends at %d", at)
	}
	for _, bad := range []string{"", "3", "0/4", "5/4", "a/4", "1/b", "-1/4", "1/4/2", "1/0"} {
		if s, err := ParseShard(bad, 1000, "replicates"); err == nil {
			t.Errorf("%q is taken as %v", bad, s)
		}
	}
	if _, err := ParseShard("1/4", 2, "replicates"); err == nil {
		t.Error("a shard of nothing is taken")
	}
}
