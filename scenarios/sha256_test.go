package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// FIPS 180-4's example, and Go's own at every length around the ends of blocks.
func TestSHA256IsGos(t *testing.T) {
	if got, want := sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got != want {
		t.Errorf("abc has %s, want %s", got, want)
	}
	long := strings.Repeat("a text of which no two beginnings are the same \x00\xff", 8)
	for n := range long {
		sum := sha256.Sum256([]byte(long[:n]))
		if got, want := sha256Hex(long[:n]), hex.EncodeToString(sum[:]); got != want {
			t.Fatalf("%d bytes have %s, want %s", n, got, want)
		}
	}
}
