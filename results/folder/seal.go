package folder

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"caseload/results/trial"
)

// Names of a sealed trial: with the data, and with the truth.
const (
	CommitmentName = "commitment.txt"
	ProtocolName   = "protocol.txt"
	SealedName     = "truth.csv"
	keyName        = "key.txt"
	keyLength      = 32
)

// Seal writes the truth with a key of random bytes into a new folder, and returns the file
// that commits to it: SHA-256 of the key, then of the truth. Nobody can tell the truth from
// it, nor find another truth that has it.
func Seal(dir string, truth *trial.Dataset, others ...File) (commitment File, err error) {
	key := make([]byte, keyLength)
	if _, err := rand.Read(key); err != nil {
		return File{}, err
	}
	var text bytes.Buffer
	if err := truth.CSV(&text); err != nil {
		return File{}, err
	}
	files := append([]File{stringFile(SealedName, text.String()), stringFile(keyName, hex.EncodeToString(key)+"\n")}, others...)
	if err := Create(dir, files...); err != nil {
		return File{}, err
	}
	return stringFile(CommitmentName, commit(key, text.Bytes())+"\n"), nil
}

func stringFile(name, text string) File {
	return File{name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }}
}

func commit(key, truth []byte) string {
	sum := sha256.Sum256(append(bytes.Clone(key), truth...))
	return hex.EncodeToString(sum[:])
}

// Unseal returns the truth that was sealed with the data in a folder. It refuses one that
// does not agree with the commitment there.
func Unseal(data, truth string) ([]byte, error) {
	read := func(dir, name string) ([]byte, error) {
		text, err := readFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, refuse("%s: got no %s, want a folder that \"caseload data --seal\" has made", dir, name)
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", filepath.Join(dir, name), unreadable(err))
		}
		return text, nil
	}
	commitment, err1 := read(data, CommitmentName)
	text, err2 := read(truth, SealedName)
	digits, err3 := read(truth, keyName)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(digits)))
	if err != nil || len(key) != keyLength {
		return nil, refuse("%s: got a key that is not %d bytes in hexadecimal digits: it has been changed", filepath.Join(truth, keyName), keyLength)
	}
	if commit(key, text) != strings.TrimSpace(string(commitment)) {
		return nil, refuse("%s is not the truth that was sealed with the data in %s: one of the two has been changed, or they do not belong together", filepath.Join(truth, SealedName), data)
	}
	return text, nil
}

// SealedTables are the files of the data of one trial in a folder of their own, "" for
// none, without a word of where they come from.
func SealedTables(below string, tables []*trial.Dataset, format TableFormat) (files []File) {
	for _, t := range tables {
		f := tableFile(t.Name, t, format, nil)
		f.Name = filepath.ToSlash(filepath.Join(below, f.Name))
		files = append(files, f)
	}
	return files
}
