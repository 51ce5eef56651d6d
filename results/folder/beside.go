package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// FiguresName is the folder of figures within a result folder.
const FiguresName = "figures"

// explained is how the files begin that say which scenario they are about.
const explained = "explain-"

// Beside refuses a folder that holds results of another scenario: what is put
// beside them would be taken for theirs. A folder that doesn't exist holds none.
func Beside(dir, hash string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return refuse("%s is a file, want a folder: give another name", dir)
	}
	names, err := filepath.Glob(filepath.Join(dir, explained+"*.json"))
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	for _, path := range append(names, filepath.Join(dir, ManifestName)) {
		text, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return fmt.Errorf("%s: %w", path, reason(err))
		}
		var about struct{ Hash string }
		if err := json.Unmarshal(text, &about); err != nil || about.Hash != hash {
			return refuse("%s is about another scenario: give another folder", path)
		}
	}
	return nil
}

// Explained is the name of the file of an explanation.
func Explained(what string) string { return explained + what + ".json" }

// Put puts files about the scenario of that hash into dir and its figures below
// it, in place of those of the same names. Folders are made where there are none.
func Put(dir, hash string, figures, files []File) error {
	if err := Beside(dir, hash); err != nil {
		return err
	}
	inside := filepath.Join(dir, FiguresName)
	if err := makeDir(inside); err != nil {
		return err
	}
	if err := put(inside, figures...); err != nil {
		return err
	}
	return put(dir, files...)
}
