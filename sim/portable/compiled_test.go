package portable_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// exact are the functions of package math that are exact by definition, or only
// move bits; max and min are such, though assembly on amd64.
var exact = regexp.MustCompile(`^math\.(Sqrt|Floor|Ceil|Trunc|Abs|Max|Min|archMax|archMin|archFloor|archCeil|archTrunc|` +
	`Round|RoundToEven|Copysign|Signbit|IsNaN|IsInf|Inf|NaN|Float64bits|Float64frombits|Frexp|frexp|Ldexp|ldexp|Nextafter|Modf|normalize)$`)

var (
	fused     = regexp.MustCompile(`\tF(N?)M(ADD|SUB)[DS]\b`)
	functions = regexp.MustCompile(`\bmath\.\w+`)
	call      = regexp.MustCompile(`\b(CALL|JMP|B)\b`)
)

// Nothing that makes numbers fuses a product with a sum, or calls a function
// whose last bit depends on the processor. The code of arm64 is looked at, for
// which Go fuses wherever the language allows it.
func TestCompiledCodeIsPortable(t *testing.T) {
	suite.Long(t)
	program := filepath.Join(t.TempDir(), "caseload")
	build := exec.Command("go", "build", "-o", program, "caseload/cmd/caseload")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "GOFLAGS=-trimpath") // as it is released
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	dump := exec.Command("go", "tool", "objdump", "-s", "^caseload/", program)
	out, err := dump.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := dump.Start(); err != nil {
		t.Fatal(err)
	}
	drawn, made := 0, 0 // functions that draw, in which fusing is allowed, and all others
	fusedInDrawings := 0
	function, drawing := "", false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		if name, ok := strings.CutPrefix(line, "TEXT "); ok {
			function, _, _ = strings.Cut(name, "(SB)")
			drawing = strings.HasPrefix(function, "caseload/results/figure") || strings.HasPrefix(function, "caseload/results/page")
			if drawing {
				drawn++
			} else {
				made++
			}
			continue
		}
		switch {
		case drawing && fused.MatchString(line):
			fusedInDrawings++
		case drawing:
		case fused.MatchString(line):
			t.Errorf("%s fuses a product with a sum: %s", function, strings.TrimSpace(line))
		case call.MatchString(line):
			for _, name := range functions.FindAllString(line, -1) {
				if !exact.MatchString(name) {
					t.Errorf("%s calls %s", function, name)
				}
			}
		}
	}
	if err := dump.Wait(); err != nil {
		t.Fatal(err)
	}
	if drawn < 100 || made < 1000 || fusedInDrawings == 0 {
		t.Errorf("%d and %d functions seen, %d fused instructions where they are allowed: the listing is not read rightly", made, drawn, fusedInDrawings)
	}
}
