package page

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"caseload/scenarios"
)

// decode85 reads what encode85 writes, as the page's script of that name does.
func decode85(t *testing.T, text string) []byte {
	t.Helper()
	var size int
	head, body, _ := strings.Cut(text, ":")
	if _, err := fmt.Sscan(head, &size); err != nil {
		t.Fatal(err)
	}
	var out []byte
	for ; body != ""; body = body[5:] {
		n := uint32(0)
		for k := range 5 {
			n = n*85 + uint32(bytes.IndexByte(letters, body[k]))
		}
		out = binary.BigEndian.AppendUint32(out, n)
	}
	return out[:size]
}

func TestBytesInLetters(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 40 {
		data := make([]byte, n)
		for k := range data {
			data[k] = byte(r.Uint32())
		}
		if n > 30 {
			data = bytes.Repeat([]byte{0xFF}, n)
		}
		text := encode85(data)
		if got := decode85(t, text); !bytes.Equal(got, data) || strings.ContainsAny(text, "<\\&\"") {
			t.Errorf("%d bytes: %q", n, text)
		}
	}
}

// A page has all its parts, in which nothing ends a script before its end.
func TestAPageIsWhole(t *testing.T) {
	var out bytes.Buffer
	engine := Engine{Wasm: []byte("program"), Script: []byte("// starts it")}
	if err := Write(&out, engine, Start{Fragment: "scenario=mine", Name: "mine", Text: "title = \"</script><b>\""}, "v1 <dirty>", 7); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if strings.Contains(text, "{{.") || strings.Count(text, "</script>") != 4 || !strings.Contains(text, "v1 &lt;dirty>, model 7") || strings.Contains(text, "http-equiv=\"refresh\"") {
		t.Errorf("not whole: %d scripts", strings.Count(text, "</script>"))
	}
	for _, name := range scripts {
		if !strings.Contains(text, source(name)) {
			t.Errorf("%s is missing", name)
		}
	}
	engine.Script = []byte("'</script>'")
	if err := Write(&out, engine, Start{}, "", 7); err == nil {
		t.Error("a script that ends its element was taken")
	}
}

// The colours are those of the report's figures.
func TestColoursAreTheFigures(t *testing.T) {
	theme, err := os.ReadFile("../../results/figure/theme.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`'#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})'`).FindAllStringSubmatch(source("draw.js"), -1)
	if len(found) < 9 {
		t.Fatalf("%d colours", len(found))
	}
	for _, c := range found {
		if c[0] == "'#ffffff'" {
			continue
		}
		want := fmt.Sprintf("rgb(0x%s, 0x%s, 0x%s)", strings.ToUpper(c[1]), strings.ToUpper(c[2]), strings.ToUpper(c[3]))
		if !strings.Contains(string(theme), want) {
			t.Errorf("no figure has the colour %s", c[0])
		}
	}
}

func TestAStateIsChecked(t *testing.T) {
	sc, err := scenarios.Builtin("needle-exchange")
	if err != nil {
		t.Fatal(err)
	}
	for state, want := range map[string]string{
		"": "",
		"#outcome=retention&trial.clients=100&seed=3&trials=200&hide=1": "",
		"outcome=no":           `outcome: got "no", want the name of an outcome`,
		"trial=-1":             `trial: got "-1", want a whole number of at least 0`,
		"trial.clients=many":   `trial.clients: got "many", want a number`,
		"trial.client=100":     `no slider of "trial.client", want one of trial.clients`,
		"attrition.missed=0.9": "attrition.missed: got 0.9, want 0 to 0.5",
		"a;b=%zz":              "want what stands after the # of a page's link",
	} {
		err := CheckState(state, sc)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", state, err, want)
		}
	}
}
