package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
)

// A mount is what stands in the process's own table, the last one on a place.
type mount struct {
	Type    string   `json:"type"`
	Options []string `json:"options"`
}

func mounts() map[string]mount {
	found := map[string]mount{}
	for _, line := range strings.Split(text("/proc/self/mounts"), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			continue
		}
		options := []string{}
		for _, option := range strings.Split(fields[3], ",") {
			if !strings.ContainsAny(option, "=/") || strings.HasPrefix(option, "size=") || strings.HasPrefix(option, "mode=") {
				options = append(options, option)
			}
		}
		sort.Strings(options)
		found[fields[1]] = mount{fields[2], options}
	}
	return found
}

func readOnly(path string) bool {
	var status syscall.Statfs_t
	return syscall.Statfs(path, &status) == nil && status.Flags&1 != 0
}

func size(path string) int64 {
	var status syscall.Statfs_t
	if syscall.Statfs(path, &status) != nil {
		return -1
	}
	return int64(status.Blocks) * status.Bsize
}

// An entry is one path: content only of small files.
type entry struct {
	Kind    string   `json:"kind"`
	Mode    string   `json:"mode,omitempty"`
	Owner   string   `json:"owner,omitempty"`
	Content *string  `json:"content,omitempty"`
	Names   []string `json:"names,omitempty"`
	Link    string   `json:"link,omitempty"`
	Error   string   `json:"error,omitempty"`
}

func paths(wanted map[string][]string) map[string]entry {
	found := each(wanted["stat"], look)
	for _, root := range wanted["tree"] {
		filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			found[path] = look(path)
			return nil
		})
	}
	return found
}

func look(path string) entry {
	status, err := os.Lstat(path)
	if err != nil {
		return entry{Kind: "missing", Error: reason(err)}
	}
	raw := status.Sys().(*syscall.Stat_t)
	found := entry{Kind: "file", Mode: fmt.Sprintf("%04o", raw.Mode&0o7777), Owner: fmt.Sprintf("%d:%d", raw.Uid, raw.Gid)}
	switch {
	case status.Mode()&os.ModeSymlink != 0:
		found.Kind, found.Mode = "link", ""
		found.Link, _ = os.Readlink(path)
	case status.IsDir():
		found.Kind = "directory"
		names, err := os.ReadDir(path)
		if err != nil {
			found.Error = reason(err)
		}
		for _, name := range names {
			found.Names = append(found.Names, name.Name())
		}
	case !status.Mode().IsRegular():
		found.Kind = "special"
	case status.Size() <= 4096:
		data, err := os.ReadFile(path)
		if err != nil {
			found.Error = reason(err)
			break
		}
		content := string(data)
		found.Content = &content
	}
	return found
}

// write says whether a file can be made, or an existing one be opened for writing.
func write(path string) string {
	place := path
	if status, err := os.Stat(path); err == nil && status.IsDir() {
		place = filepath.Join(path, ".probe")
	}
	_, before := os.Lstat(place)
	file, err := os.OpenFile(place, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return reason(err)
	}
	file.Close()
	if before != nil {
		os.Remove(place)
	}
	return "yes"
}

// runs counts how often this was called for a file.
func runs(path string) int {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return -1
	}
	defer file.Close()
	file.Write([]byte("x"))
	status, _ := file.Stat()
	return int(status.Size())
}

func reason(err error) string {
	for inner := err; inner != nil; {
		if number, ok := inner.(syscall.Errno); ok {
			return number.Error()
		}
		unwrapped, ok := inner.(interface{ Unwrap() error })
		if !ok {
			return inner.Error()
		}
		inner = unwrapped.Unwrap()
	}
	return ""
}
