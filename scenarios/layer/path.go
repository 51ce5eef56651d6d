package layer

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Join extends a path by a key, quoted if it would not read as one word.
func Join(path, key string) string {
	if !IsBareKey(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// At extends a path by a position in a list.
func At(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// ParentPath drops the last key or position; it returns "" at the top.
func ParentPath(path string) string {
	quoted := false
	for i := len(path) - 1; i > 0; i-- {
		switch c := path[i]; {
		case c == '"' && path[i-1] != '\\':
			quoted = !quoted
		case !quoted && (c == '.' || c == '['):
			return path[:i]
		}
	}
	return ""
}

// IsBareKey reports whether a key can stand in a path without quotes. The
// tilde joins two names to one.
func IsBareKey(key string) bool {
	for i := 0; i < len(key); i++ {
		c := key[i]
		word := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !word && c != '_' && c != '-' && c != '~' {
			return false
		}
	}
	return key != ""
}

// ParsePath splits a path into its keys. A position in a list is a key of its
// own, with its brackets: "[2]".
func ParsePath(text string) (path []string, ok bool) {
	path, rest, ok := SplitPath(text)
	return path, ok && rest == "" && utf8.ValidString(text)
}

// SplitPath reads the path that a text begins with, and returns what follows
// it: keys with dots between, quoted if they hold more than letters, digits,
// _ - ~, and positions in brackets.
func SplitPath(text string) (path []string, rest string, ok bool) {
	rest = strings.TrimSpace(text)
	for {
		part, after, good := splitKey(rest)
		if !good {
			return nil, rest, false
		}
		path, rest = append(path, part), after
		for strings.HasPrefix(rest, "[") {
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, rest, false
			}
			if _, err := strconv.Atoi(rest[1:end]); err != nil {
				return nil, rest, false
			}
			path, rest = append(path, rest[:end+1]), rest[end+1:]
		}
		rest = strings.TrimLeft(rest, " ")
		if !strings.HasPrefix(rest, ".") {
			return path, rest, true
		}
		rest = rest[1:]
	}
}

func splitKey(text string) (key, rest string, ok bool) {
	if strings.HasPrefix(text, `"`) {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return "", text, false
		}
		key, err = strconv.Unquote(quoted)
		return key, text[len(quoted):], err == nil
	}
	i := 0
	for i < len(text) && IsBareKey(text[i:i+1]) {
		i++
	}
	return text[:i], text[i:], i > 0
}
