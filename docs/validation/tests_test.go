package validation_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// TestEveryTestIsListed compares tests.md with the tests that there are, so that
// none vanishes or moves to the long suite unseen.
func TestEveryTestIsListed(t *testing.T) {
	rooms := testsByRoom(t, "../..")
	if len(rooms) < 20 {
		t.Fatalf("tests in %d rooms", len(rooms))
	}
	var list strings.Builder
	counts := map[string]int{}
	names := make([]string, 0, len(rooms))
	for room := range rooms {
		names = append(names, room)
	}
	slices.Sort(names)
	for _, room := range names {
		fmt.Fprintf(&list, "\n## %s\n\n", room)
		slices.SortFunc(rooms[room], func(a, b listed) int { return strings.Compare(a.name, b.name) })
		for _, one := range rooms[room] {
			counts[one.suite]++
			fmt.Fprintf(&list, "- %s%s\n", one.name, suffix[one.suite])
		}
	}
	suite.Section(t, "tests.md", "tests", fmt.Sprintf("\nThere are %d quick tests, %d of which do more in the long suite, %d long tests, %d studies and searches\nthat run with `CASELOAD_LONG=2` alone, and %d benchmarks.\n%s\n",
		counts[inQuick]+counts[inBoth], counts[inBoth], counts[inLong], counts[inFull], counts[nowhere], list.String()))
}

// The suites that a test can be in.
const (
	inQuick = "quick"
	inBoth  = "both"
	inLong  = "long"
	inFull  = "full"
	nowhere = "benchmark"
)

var suffix = map[string]string{inBoth: " (more in the long suite)", inLong: " (long)", inFull: " (`CASELOAD_LONG=2`)"}

// listed is a test and the suite that it is in.
type listed struct{ name, suite string }

// testsByRoom reads all test files below a folder.
func testsByRoom(t *testing.T, root string) map[string][]listed {
	t.Helper()
	rooms := map[string][]listed{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		room := filepath.ToSlash(dir)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				rooms[room] = append(rooms[room], testsOf(f)...)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rooms
}

// testsOf is the test that a function is, if it is one; studies are named one by
// one.
func testsOf(f *ast.FuncDecl) []listed {
	name := f.Name.Name
	switch {
	case name == "TestMain":
		return nil
	case name == "TestStudy":
		var all []listed
		for _, s := range studies {
			all = append(all, listed{name + "/" + s.name, map[bool]string{false: inLong, true: inFull}[s.full]})
		}
		return all
	case strings.HasPrefix(name, "Benchmark"):
		return []listed{{name, nowhere}}
	case strings.HasPrefix(name, "Test"), strings.HasPrefix(name, "Fuzz"), strings.HasPrefix(name, "Example"):
		return []listed{{name, suiteOf(f.Body)}}
	}
	return nil
}

// suiteOf tells the suite by what a test says of itself: suite.Long as a statement
// of its own makes it long, any other question about suites makes it do more.
func suiteOf(body *ast.BlockStmt) string {
	for _, s := range body.List {
		if e, ok := s.(*ast.ExprStmt); ok {
			if call, ok := e.X.(*ast.CallExpr); ok && asks(call.Fun, "Long") {
				return inLong
			}
		}
	}
	found := inQuick
	ast.Inspect(body, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && asks(e, "Long", "Full", "IsLong", "IsFull") {
			found = inBoth
		}
		return true
	})
	return found
}

// asks tells whether an expression is one of these functions of suite.
func asks(e ast.Expr, names ...string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || !slices.Contains(names, s.Sel.Name) {
		return false
	}
	of, ok := s.X.(*ast.Ident)
	return ok && of.Name == "suite"
}
