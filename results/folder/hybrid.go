package folder

import "encoding/binary"

// appendHybrid appends whole numbers of a width in bits, at most 16, in the encoding that Parquet
// calls RLE: long runs of the same number as such, all else packed by eights. The library's own
// encoder is no faster, and ends a packed run elsewhere on processors with AVX2, whose instructions
// take eight numbers for the same if each four are: files would differ between processors.
func appendHybrid(to []byte, list []uint16, width int) []byte {
	const worth = 64 // bits that a run has to save
	packed := 0      // list[packed:i] is to be packed
	i := 0
	for i < len(list) {
		n := sameAtStart(list[i:])
		if n*width < worth && n < len(list)-i {
			i = min(i+8, len(list))
			continue
		}
		to = appendPacked(to, list[packed:i], width)
		to = appendRun(to, list[i], n, width)
		i += n
		packed = i
	}
	return appendPacked(to, list[packed:], width)
}

// sameAtStart is how many numbers at the beginning are the same.
func sameAtStart(list []uint16) int {
	n := 1
	for n < len(list) && list[n] == list[0] {
		n++
	}
	return n
}

// appendRun appends n times a number.
func appendRun(to []byte, x uint16, n, width int) []byte {
	to = binary.AppendUvarint(to, uint64(n)<<1)
	if width > 0 {
		to = append(to, byte(x))
	}
	if width > 8 {
		to = append(to, byte(x>>8))
	}
	return to
}

// appendPacked appends numbers by eights, the last of which are filled with zeros.
func appendPacked(to []byte, list []uint16, width int) []byte {
	if len(list) == 0 {
		return to
	}
	to = binary.AppendUvarint(to, uint64(len(list)+7)/8<<1|1)
	for ; len(list) >= 8; list = list[8:] {
		to = appendEight(to, (*[8]uint16)(list), width)
	}
	if len(list) > 0 {
		var eight [8]uint16
		copy(eight[:], list)
		to = appendEight(to, &eight, width)
	}
	return to
}

// appendEight packs eight numbers into as many bytes as one has bits, the first into the
// lowest bits.
func appendEight(to []byte, x *[8]uint16, width int) []byte {
	w := uint(width)
	low := uint64(x[0]) | uint64(x[1])<<w | uint64(x[2])<<(2*w) | uint64(x[3])<<(3*w)
	high := uint64(x[4]) | uint64(x[5])<<w | uint64(x[6])<<(2*w) | uint64(x[7])<<(3*w)
	size := len(to)
	to = binary.LittleEndian.AppendUint64(to, low|high<<(4*w))
	if w > 8 {
		to = binary.LittleEndian.AppendUint64(to, high>>(64-4*w))
	}
	return to[:size+width]
}
