// Command context answers which entries of a directory BuildKit sends as a build context.
//
// One request a line on standard input, one answer a line on standard output, in the same order, both JSON.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	gofs "io/fs"
	"os"

	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
)

// A request names a directory and what its .dockerignore holds.
type request struct {
	Root   string `json:"root"`
	Ignore []byte `json:"ignore"`
}

// An answer holds the paths that are sent, or why none can be.
type answer struct {
	Paths []string `json:"paths"`
	Error string   `json:"error,omitempty"`
}

func main() {
	requests := json.NewDecoder(bufio.NewReader(os.Stdin))
	answers := json.NewEncoder(os.Stdout)
	for {
		var asked request
		if requests.Decode(&asked) != nil {
			return
		}
		paths, err := sent(asked)
		given := answer{Paths: paths}
		if err != nil {
			given = answer{Error: err.Error()}
		}
		if answers.Encode(given) != nil {
			return
		}
	}
}

func sent(asked request) ([]string, error) {
	patterns, err := ignorefile.ReadAll(bytes.NewReader(asked.Ignore))
	if err != nil {
		return nil, err
	}
	all, err := fsutil.NewFS(asked.Root)
	if err != nil {
		return nil, err
	}
	filtered, err := fsutil.NewFilterFS(all, &fsutil.FilterOpt{ExcludePatterns: patterns})
	if err != nil {
		return nil, err
	}
	paths := []string{}
	err = filtered.Walk(context.Background(), "", func(path string, _ gofs.DirEntry, err error) error {
		if err == nil {
			paths = append(paths, path)
		}
		return err
	})
	return paths, err
}
