package main

import (
	"os"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// observe is everything that is always reported, and what was wished for.
func observe(wanted map[string][]string) map[string]any {
	host, _ := os.Hostname()
	directory, _ := os.Getwd()
	groups, _ := os.Getgroups()
	sort.Ints(groups)
	mask := syscall.Umask(0)
	syscall.Umask(mask)
	status := processStatus()
	return map[string]any{
		"argv":         os.Args,
		"environment":  environment(),
		"cwd":          directory,
		"uid":          os.Getuid(),
		"gid":          os.Getgid(),
		"groups":       groups,
		"umask":        "0" + strconv.FormatInt(int64(mask), 8),
		"hostname":     host,
		"domainname":   text("/proc/sys/kernel/domainname"),
		"hosts":        lines("/etc/hosts"),
		"resolver":     lines("/etc/resolv.conf"),
		"first":        os.Getpid() == 1,
		"capabilities": map[string]string{"effective": status["CapEff"], "permitted": status["CapPrm"], "bounding": status["CapBnd"], "inheritable": status["CapInh"], "ambient": status["CapAmb"]},
		"no_new_privs": status["NoNewPrivs"],
		"seccomp":      status["Seccomp"],
		"limits":       limits(),
		"terminal":     map[string]bool{"stdin": terminal(0), "stdout": terminal(1), "stderr": terminal(2)},
		"stdin":        standardInput(),
		"mounts":       mounts(),
		"read_only":    readOnly("/"),
		"shm":          size("/dev/shm"),
		"memory_limit": memoryLimit(),
		"control":      control(),
		"processes":    processes(),
		"streams":      streams(),
		"session":      session(),
		"sysctls":      each(wanted["sysctl"], sysctl),
		"paths":        paths(wanted),
		"writes":       each(wanted["write"], write),
		"names":        each(wanted["resolve"], resolve),
		"reached":      each(wanted["reach"], reach),
		"got":          each(wanted["get"], get),
		"runs":         each(wanted["runs"], runs),
	}
}

func each[T any](values []string, look func(string) T) map[string]T {
	found := map[string]T{}
	for _, value := range values {
		found[value] = look(value)
	}
	return found
}

func environment() map[string]string {
	found := map[string]string{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		found[name] = value
	}
	return found
}

func text(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// lines are those with something in them, comments left out and blanks made one.
func lines(path string) []string {
	found := []string{}
	for _, line := range strings.Split(text(path), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 0 {
			found = append(found, strings.Join(fields, " "))
		}
	}
	return found
}

func processStatus() map[string]string {
	found := map[string]string{}
	for _, line := range lines("/proc/self/status") {
		name, value, _ := strings.Cut(line, ": ")
		found[name] = value
	}
	return found
}

// limits are soft and hard ones as the kernel prints them, by name. This program's own runtime raises the soft number
// of files, so that one is the hard limit alone.
func limits() map[string]string {
	found := map[string]string{}
	for _, line := range strings.Split(text("/proc/self/limits"), "\n") {
		if len(line) < 60 || strings.HasPrefix(line, "Limit ") {
			continue
		}
		name, values := strings.TrimSpace(line[:26]), strings.Fields(line[26:])
		if len(values) >= 2 {
			found[name] = values[0] + " " + values[1]
			if name == "Max open files" {
				found[name] = values[1]
			}
		}
	}
	return found
}

func terminal(descriptor uintptr) bool {
	var state [64]byte
	_, _, failed := syscall.Syscall(syscall.SYS_IOCTL, descriptor, syscall.TCGETS, uintptr(unsafe.Pointer(&state[0])))
	return failed == 0
}

func standardInput() string {
	status, err := os.Stdin.Stat()
	switch {
	case err != nil:
		return "closed"
	case status.Mode()&os.ModeNamedPipe != 0:
		return "pipe"
	case terminal(0):
		return "terminal"
	case status.Mode()&os.ModeCharDevice != 0:
		return "null"
	}
	return status.Mode().String()
}

func memoryLimit() string {
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if found := text(path); found != "" {
			return found
		}
	}
	return ""
}

func sysctl(name string) string {
	return strings.Join(strings.Fields(text("/proc/sys/"+strings.ReplaceAll(name, ".", "/"))), " ")
}

// control are the limits of processor time, in either version of the kernel's interface.
func control() map[string]string {
	found := map[string]string{}
	for key, paths := range map[string][]string{
		"quota":  {"cpu.max", "cpu/cpu.cfs_quota_us"},
		"period": {"cpu.max", "cpu/cpu.cfs_period_us"},
	} {
		for _, path := range paths {
			if value := text("/sys/fs/cgroup/" + path); value != "" {
				found[key] = value
				break
			}
		}
	}
	return found
}

func names(directory string) []string {
	found := []string{}
	entries, _ := os.ReadDir(directory)
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}

// processes are the names of all that this one sees, sorted.
func processes() []string {
	found := []string{}
	for _, name := range names("/proc") {
		if _, err := strconv.Atoi(name); err == nil {
			found = append(found, text("/proc/"+name+"/comm"))
		}
	}
	sort.Strings(found)
	return found
}

// streams are the kinds and modes of the three standard ones, and whether they belong to this process's user.
func streams() []string {
	found := []string{}
	for descriptor := 0; descriptor < 3; descriptor++ {
		var status syscall.Stat_t
		if syscall.Fstat(descriptor, &status) != nil {
			found = append(found, "closed")
			continue
		}
		own := "others"
		if int(status.Uid) == os.Getuid() {
			own = "own"
		}
		found = append(found, strconv.FormatUint(uint64(status.Mode), 8)+" "+own)
	}
	return found
}

// session says what the process leads.
func session() map[string]bool {
	group, _ := syscall.Getpgid(0)
	leader, _, _ := syscall.Syscall(syscall.SYS_GETSID, 0, 0, 0)
	return map[string]bool{"group": group == os.Getpid(), "session": int(leader) == os.Getpid()}
}
