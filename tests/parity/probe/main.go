// Command probe reports what a program in a container observes, as one line of JSON, and then waits for its end.
//
// Arguments of the form key=value say what to look at beside what is always reported; others are observed, not read.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	wanted := wishes(os.Args[1:])
	if code, done := command(os.Args[1:]); done {
		os.Exit(code)
	}
	received := make(chan os.Signal, 16)
	signal.Notify(received, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2)
	for _, address := range wanted["listen"] {
		listen(address)
	}
	for _, address := range wanted["await"] {
		await(address)
	}
	say("report", observe(wanted))
	if then := wanted["exit"]; len(then) > 0 {
		code, _ := strconv.Atoi(then[0])
		pause(wanted["after"])
		os.Exit(code)
	}
	wait(received, wanted)
}

// wishes are the values of key=value arguments, separated by commas, by key.
func wishes(arguments []string) map[string][]string {
	found := map[string][]string{}
	for _, argument := range arguments {
		if key, values, ok := strings.Cut(argument, "="); ok && known[key] {
			found[key] = append(found[key], strings.Split(values, ",")...)
		}
	}
	return found
}

var known = map[string]bool{
	"stat": true, "tree": true, "write": true, "resolve": true, "reach": true, "get": true, "listen": true, "await": true,
	"exit": true, "after": true, "runs": true, "sysctl": true, "ignore": true, "code": true, "linger": true,
}

// command does one small thing for a health check or an exec, and nothing else.
func command(arguments []string) (code int, done bool) {
	if len(arguments) < 2 {
		return 0, false
	}
	switch arguments[0] {
	case "exists":
		if _, err := os.Stat(arguments[1]); err != nil {
			return 1, true
		}
		return 0, true
	case "touch":
		if err := os.WriteFile(arguments[1], nil, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1, true
		}
		return 0, true
	case "code":
		number, _ := strconv.Atoi(arguments[1])
		return number, true
	}
	return 0, false
}

func say(key string, value any) {
	line, _ := json.Marshal(map[string]any{key: value})
	os.Stdout.Write(append(line, '\n'))
}

// wait ends with the first signal that is not to be ignored, after lingering, with 128 and its number or a given code.
func wait(received <-chan os.Signal, wanted map[string][]string) {
	for {
		got := (<-received).(syscall.Signal)
		say("signal", signalName(got))
		if contains(wanted["ignore"], signalName(got)) {
			continue
		}
		pause(wanted["linger"])
		if code := wanted["code"]; len(code) > 0 {
			number, _ := strconv.Atoi(code[0])
			os.Exit(number)
		}
		os.Exit(128 + int(got))
	}
}

func pause(seconds []string) {
	if len(seconds) > 0 {
		length, _ := strconv.ParseFloat(seconds[0], 64)
		time.Sleep(time.Duration(length * float64(time.Second)))
	}
}

func signalName(number syscall.Signal) string {
	names := map[syscall.Signal]string{
		syscall.SIGTERM: "TERM", syscall.SIGINT: "INT", syscall.SIGHUP: "HUP", syscall.SIGQUIT: "QUIT",
		syscall.SIGUSR1: "USR1", syscall.SIGUSR2: "USR2",
	}
	return names[number]
}

func contains(values []string, value string) bool {
	for _, one := range values {
		if one == value {
			return true
		}
	}
	return false
}
