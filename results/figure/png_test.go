package figure

import (
	"bytes"
	"image"
	"image/color"
	pngfile "image/png"
	"math/rand/v2"
	"testing"
)

// Another program reads each dot of a picture as it is, of one colour and of many.
func TestDotsOfAPictureAreRead(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, size := range []image.Point{{1, 1}, {7, 3}, {300, 200}} {
		picture := image.NewRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				c := color.RGBA{255, 255, 255, 255}
				if x > y {
					c = color.RGBA{uint8(rng.IntN(256)), uint8(rng.IntN(256)), uint8(rng.IntN(256)), 255}
				}
				picture.SetRGBA(x, y, c)
			}
		}
		var file bytes.Buffer
		if err := writePNG(&file, picture); err != nil {
			t.Fatal(err)
		}
		read, err := pngfile.Decode(&file)
		if err != nil || read.Bounds() != picture.Bounds() {
			t.Fatalf("%v: %v", size, err)
		}
		for y := range size.Y {
			for x := range size.X {
				if got, want := color.RGBAModel.Convert(read.At(x, y)), picture.RGBAAt(x, y); got != want {
					t.Fatalf("%v at %d, %d: %v, want %v", size, x, y, got, want)
				}
			}
		}
	}
}
