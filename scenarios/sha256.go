package scenarios

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// sha256Hex is the SHA-256 of a text (FIPS 180-4, section 6.2), as hexadecimal digits. It
// names a text and keeps nothing secret. Go's own package brings ciphers and random numbers along
// that nothing here uses: 60 kB of the program in a page, and 32 MB of memory in each of its workers.
func sha256Hex(text string) string {
	h := [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
	data := append([]byte(text), 0x80)
	for len(data)%64 != 56 {
		data = append(data, 0)
	}
	data = binary.BigEndian.AppendUint64(data, 8*uint64(len(text)))
	for ; len(data) > 0; data = data[64:] {
		sha256Block(&h, data[:64])
	}
	out := ""
	for _, x := range h {
		out += fmt.Sprintf("%08x", x)
	}
	return out
}

// sha256Block takes a block of 64 bytes into the hash.
func sha256Block(h *[8]uint32, block []byte) {
	var w [64]uint32
	for t := range w {
		if t < 16 {
			w[t] = binary.BigEndian.Uint32(block[4*t:])
			continue
		}
		x, y := w[t-15], w[t-2]
		w[t] = w[t-16] + (turn(x, 7) ^ turn(x, 18) ^ x>>3) + w[t-7] + (turn(y, 17) ^ turn(y, 19) ^ y>>10)
	}
	s := *h
	for t := range w {
		a, e := s[0], s[4]
		t1 := s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e&s[5] ^ ^e&s[6]) + sha256Constants[t] + w[t]
		t2 := (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a&s[1] ^ a&s[2] ^ s[1]&s[2])
		s = [8]uint32{t1 + t2, a, s[1], s[2], s[3] + t1, e, s[5], s[6]}
	}
	for k := range h {
		h[k] += s[k]
	}
}

// turn turns bits to the right.
func turn(x uint32, by int) uint32 { return bits.RotateLeft32(x, -by) }

// sha256Constants are the first 32 bits of the fractions of the cube roots of the first 64 primes.
var sha256Constants = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}
