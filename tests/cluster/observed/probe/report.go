package main

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
)

func report() object {
	host, _ := os.Hostname()
	directory, err := os.Getwd()
	if err != nil {
		directory = err.Error()
	}
	groups, _ := os.Getgroups()
	sort.Ints(groups)
	found := mounts()
	seen := object{
		"argv": os.Args, "env": environment(), "cwd": directory, "cwd_stat": describe("."),
		"uid": os.Getuid(), "gid": os.Getgid(), "groups": groups, "status": status(),
		"hostname": host, "domainname": line("/proc/sys/kernel/domainname"),
		"hosts": read("/etc/hosts"), "resolv": read("/etc/resolv.conf"), "interfaces": interfaces(),
		"pid": os.Getpid(), "pid1": split(read("/proc/1/cmdline")), "procs": processes(),
		"tty":   object{"stdin": terminal(0), "stdout": terminal(1), "stderr": terminal(2)},
		"stdin": link("/proc/self/fd/0"), "mounts": found, "root_ro": readOnlyRoot(found),
		"shm": size("/dev/shm"), "cgroup": cgroup(),
	}
	add := func(name, separator string, observe func(string) any) {
		if listed := given("PROBE_"+strings.ToUpper(name), separator); listed != nil {
			values := object{}
			for _, one := range listed {
				values[one] = observe(one)
			}
			seen[name] = values
		}
	}
	// Before anything is written: what is made to see whether that can be done would be among them.
	if listed := given("PROBE_FILES", ":"); listed != nil {
		seen["files"] = tree(listed)
	}
	add("sysctl", ",", func(name string) any { return line("/proc/sys/" + strings.ReplaceAll(name, ".", "/")) })
	add("write", ":", writable)
	add("dns", ",", addresses)
	add("tcp", ",", connection)
	return seen
}

func read(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return "!" + err.Error()
	}
	return string(content)
}

func line(path string) string { return strings.TrimSpace(read(path)) }

func link(path string) string {
	target, err := os.Readlink(path)
	if err != nil {
		return "!" + err.Error()
	}
	return target
}

func split(text string) []string {
	if text = strings.TrimSuffix(text, "\x00"); text == "" {
		return []string{}
	}
	return strings.Split(text, "\x00")
}

func environment() []string {
	kept := []string{}
	// As the kernel got it: Go drops what it takes for a duplicate.
	for _, entry := range split(read("/proc/self/environ")) {
		if !strings.HasPrefix(entry, "PROBE_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

var wanted = strings.Fields("CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp Umask")

func status() object {
	found := object{}
	for _, text := range strings.Split(read("/proc/self/status"), "\n") {
		for _, name := range wanted {
			if value, ok := strings.CutPrefix(text, name+":"); ok {
				found[name] = strings.TrimSpace(value)
			}
		}
	}
	return found
}

// mounts gives place, options, type and options of the file system of each.
func mounts() [][]string {
	found := [][]string{}
	for _, text := range strings.Split(read("/proc/self/mountinfo"), "\n") {
		place, system, ok := strings.Cut(text, " - ")
		if !ok {
			continue
		}
		first, second := strings.Fields(place), strings.Fields(system)
		found = append(found, []string{first[4], first[5], second[0], second[len(second)-1]})
	}
	return found
}

func readOnlyRoot(mounts [][]string) bool {
	for _, mount := range mounts {
		if mount[0] == "/" {
			return mount[1] == "ro" || strings.HasPrefix(mount[1], "ro,")
		}
	}
	return false
}

func processes() []string {
	found := []string{}
	directories, _ := filepath.Glob("/proc/[0-9]*")
	for _, directory := range directories {
		found = append(found, filepath.Base(directory)+":"+line(directory+"/comm"))
	}
	return found
}

func size(path string) int64 {
	var system syscall.Statfs_t
	if syscall.Statfs(path, &system) != nil {
		return -1
	}
	return int64(system.Blocks) * int64(system.Bsize)
}

func terminal(descriptor uintptr) bool {
	var settings [256]byte
	_, _, failure := syscall.Syscall(syscall.SYS_IOCTL, descriptor, syscall.TCGETS, address(&settings))
	return failure == 0
}

// cgroup holds limits of memory in bytes and of processor time in microseconds of a period, from either hierarchy.
func cgroup() object {
	if memory := line("/sys/fs/cgroup/memory.max"); !strings.HasPrefix(memory, "!") {
		quota, period, _ := strings.Cut(line("/sys/fs/cgroup/cpu.max"), " ")
		return object{"memory": memory, "quota": quota, "period": period}
	}
	return object{
		"memory": line("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
		"quota":  line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
		"period": line("/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
	}
}
