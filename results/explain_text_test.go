package results

import (
	"os"
	"testing"
)

func TestShow(t *testing.T) {
	_ = example().Write(os.Stdout, Text, 120)
	_ = example().Write(os.Stdout, Text, 60)
	_ = example().Write(os.Stdout, Markdown, 100)
	_ = example().Write(os.Stdout, CSV, 100)
}
