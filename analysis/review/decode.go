package review

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode returns the text in UTF-8 with a line feed at the end of each line, and reports
// whether it is text at all. Files are read in UTF-8, in UTF-16, and else in Windows-1252,
// which is what spreadsheets write in western languages.
func (r *reader) decode(text []byte) ([]byte, bool) {
	for _, other := range []struct{ start, is string }{
		{"PK\x03\x04", "an Excel workbook, or another zip file"}, {"\xd0\xcf\x11\xe0", "an old Excel workbook"}, {"<?xml", "an XML file"}, {"%PDF", "a PDF"},
	} {
		if bytes.HasPrefix(text, []byte(other.start)) {
			r.problem(0, "", other.is, "a CSV file: save or export it as CSV", "")
			return nil, false
		}
	}
	text, ok := r.fromUTF16(text)
	if !ok {
		return nil, false
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if at := bytes.IndexByte(text, 0); at >= 0 {
		r.problem(1+bytes.Count(text[:at], []byte("\n")), "", "a byte of 0", "text", "")
		return nil, false
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n")) // of old Macintoshes
	if !utf8.Valid(text) {
		return r.fromWindows(text)
	}
	return text, true
}

// fromUTF16 decodes text of two bytes a letter: what begins with its byte order mark, or with
// a letter of which one byte is 0.
func (r *reader) fromUTF16(text []byte) ([]byte, bool) {
	if len(text) < 2 {
		return text, true
	}
	var order binary.ByteOrder
	switch {
	case text[0] == 0xff && text[1] == 0xfe, text[0] != 0 && text[1] == 0:
		order = binary.LittleEndian
	case text[0] == 0xfe && text[1] == 0xff, text[0] == 0 && text[1] != 0:
		order = binary.BigEndian
	default:
		return text, true
	}
	if len(text)%2 != 0 {
		r.problem(0, "", "an odd number of bytes", "two for each letter, as the file begins in UTF-16", "")
		return nil, false
	}
	units := make([]uint16, len(text)/2)
	for k := range units {
		units[k] = order.Uint16(text[2*k:])
	}
	return []byte(string(utf16.Decode(units))), true
}

// windows are the letters of the bytes from 0x80 to 0x9f in Windows-1252; from 0xa0 on they
// are those of Unicode. A blank stands for a byte that has none.
var windows = []rune("€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ")

func (r *reader) fromWindows(text []byte) ([]byte, bool) {
	var out strings.Builder
	line, column := 1, 0
	for _, b := range text {
		letter := rune(b)
		if column++; b == '\n' {
			line, column = line+1, 0
		}
		if b >= 0x80 && b < 0xa0 {
			letter = windows[b-0x80]
			if letter == ' ' {
				r.problem(line, "", fmt.Sprintf("the byte %#x at character %d", b, column), "text in UTF-8, UTF-16 or Windows-1252", "")
				return nil, false
			}
		}
		out.WriteRune(letter)
	}
	return []byte(out.String()), true
}

// separator finds what stands between fields: what a first line such as "sep=;" says, which
// Excel reads and which is taken off, or else the one of comma, semicolon and tab that the
// header has most of.
func separator(text []byte) (rune, []byte) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	said := strings.Trim(strings.TrimRight(string(first), " "), `"`)
	if name, mark, ok := strings.Cut(said, "="); ok && strings.EqualFold(name, "sep") && utf8.RuneCountInString(mark) == 1 && strings.ContainsAny(mark, ",;\t|") {
		return rune(mark[0]), append([]byte("\n"), rest...) // the lines keep their numbers
	}
	best, most := ',', 0
	for _, mark := range ",;\t" {
		quoted, count := false, 0
		for _, c := range firstLine(text) {
			switch {
			case c == '"':
				quoted = !quoted
			case c == mark && !quoted:
				count++
			}
		}
		if count > most {
			best, most = mark, count
		}
	}
	return best, text
}
