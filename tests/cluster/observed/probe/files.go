package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"unsafe"
)

var kinds = map[uint32]string{
	syscall.S_IFREG: "file", syscall.S_IFDIR: "dir", syscall.S_IFLNK: "link", syscall.S_IFCHR: "char",
	syscall.S_IFBLK: "block", syscall.S_IFIFO: "fifo", syscall.S_IFSOCK: "socket",
}

func address(buffer *[256]byte) uintptr { return uintptr(unsafe.Pointer(buffer)) }

// describe tells kind, mode and owner; of a link its target; of a file its size and the start of its digest.
func describe(path string) object {
	var found syscall.Stat_t
	if err := syscall.Lstat(path, &found); err != nil {
		return object{"err": err.Error()}
	}
	kind := kinds[found.Mode&syscall.S_IFMT]
	seen := object{"kind": kind, "mode": fmt.Sprintf("%04o", found.Mode&0o7777), "uid": found.Uid, "gid": found.Gid}
	switch kind {
	case "link":
		seen["to"] = link(path)
	case "file":
		seen["size"] = found.Size
		content, err := os.ReadFile(path)
		if err != nil {
			seen["read_err"] = err.Error()
			break
		}
		digest := sha256.Sum256(content)
		seen["sha256"] = hex.EncodeToString(digest[:8])
	}
	return seen
}

func tree(paths []string) object {
	found := object{}
	for _, path := range paths {
		found[path] = describe(path)
		filepath.WalkDir(path, func(below string, _ os.DirEntry, _ error) error {
			if below != path {
				found[below] = describe(below)
			}
			return nil
		})
	}
	return found
}

func writable(path string) any {
	target, flags := path, os.O_WRONLY|os.O_APPEND
	state, err := os.Stat(path)
	if err == nil && state.IsDir() {
		target = filepath.Join(path, ".probe-write")
	}
	if err != nil || state.IsDir() {
		flags |= os.O_CREATE
	}
	file, err := os.OpenFile(target, flags, 0o666)
	if err != nil {
		return err.Error()
	}
	file.Close()
	if target == path {
		return "ok"
	}
	defer os.Remove(target)
	return object{"ok": describe(target)}
}
