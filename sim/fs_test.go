package sim

import (
	"io/fs"
	"testing/fstest"
)

// mapFS is a file system of texts.
type mapFS map[string]string

func (m mapFS) Open(name string) (fs.File, error) {
	files := fstest.MapFS{}
	for k, v := range m {
		files[k] = &fstest.MapFile{Data: []byte(v)}
	}
	return files.Open(name)
}
