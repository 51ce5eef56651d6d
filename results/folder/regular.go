package folder

import (
	"io/fs"
	"os"
)

// readFile reads a file, and refuses what is none: to open a named pipe would wait for
// somebody to write to it, and a device may have no end.
func readFile(path string) ([]byte, error) {
	if err := regular(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// regular refuses what is there and no file. That nothing is there is for others to
// say.
func regular(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().IsRegular() {
		return nil
	}
	return refuse("got %s, want a file", Kind(info.Mode()))
}

// Kind says what something that is no file is.
func Kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no file"
}
