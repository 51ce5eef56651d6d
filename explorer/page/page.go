// Package page makes the page of "caseload explore": one file that has all in it, the
// program that simulates too, and asks for nothing.
package page

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

//go:embed src/page.html src/page.css src/*.js
var sources embed.FS

// scripts are those of the page in their order.
var scripts = []string{"dom.js", "state.js", "engine.js", "draw.js", "run.js", "show.js", "app.js"}

// Engine is the program that a page carries: explorer/engine, compiled, and the script
// of the same Go release that starts it.
type Engine struct {
	Wasm   []byte // packed by Pack
	Script []byte
}

// Start is what a page shows first.
type Start struct {
	Fragment string `json:"fragment"` // of the link, without the #
	Name     string `json:"name"`     // of the scenario that comes as a file; "" for none
	Text     string `json:"text"`     // and its text
}

// Write writes a page. The version is the program's.
func Write(w io.Writer, engine Engine, start Start, version string, model int) error {
	first, err := json.Marshal(start) // which leaves no < in a script
	if err != nil {
		return err
	}
	text := map[string]string{"Start": string(first), "Engine": encode85(engine.Wasm), "Worker": string(engine.Script) + "\n" + source("worker.js"),
		"CSS": source("page.css"), "Version": escape(version), "Model": fmt.Sprint(model)}
	for _, name := range scripts {
		text["Script"] += source(name)
	}
	for _, part := range []string{"Worker", "Script"} {
		if strings.Contains(strings.ToLower(text[part]), "</script") || strings.Contains(text[part], "<!--") {
			return fmt.Errorf("page: the %s ends its own element", part)
		}
	}
	page := source("page.html")
	for {
		before, rest, found := strings.Cut(page, "{{.")
		if _, err := io.WriteString(w, before); err != nil || !found {
			return err
		}
		name, after, _ := strings.Cut(rest, "}}")
		if _, err := io.WriteString(w, text[name]); err != nil {
			return err
		}
		page = after
	}
}

func source(name string) string {
	text, err := sources.ReadFile("src/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text)
}

// Pack compresses a program as pages unpack it.
func Pack(program []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(program); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// letters are the digits of numbers in base 85, of characters that stand for themselves
// in a script: a quarter more than the bytes, where base 64 has a third more.
var letters = func() (all []byte) {
	for c := byte('#'); len(all) < 85; c++ {
		if !strings.ContainsRune(`<\&`, rune(c)) {
			all = append(all, c)
		}
	}
	return all
}()

// encode85 writes the number of bytes, a colon, and five letters for four bytes, the most
// significant first. Zeros fill up the last four.
func encode85(data []byte) string {
	out := make([]byte, 0, 16+len(data)/4*5+5)
	out = append(fmt.Appendf(out, "%d", len(data)), ':')
	for len(data) > 0 {
		var four [4]byte
		data = data[copy(four[:], data):]
		n := binary.BigEndian.Uint32(four[:])
		var five [5]byte
		for k := range five {
			five[4-k] = letters[n%85]
			n /= 85
		}
		out = append(out, five[:]...)
	}
	return string(out)
}
