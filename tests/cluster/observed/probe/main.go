// probe tells on standard output, as one line of JSON after the word PROBE, what a program in its place can observe.
// Variables PROBE_* say what else than itself it looks at; they are no part of the environment that it reports.
//
//	PROBE_FILES=/a:/b     these, and what is below them
//	PROBE_WRITE=/a:/b     whether these can be written to: a new file in a directory, else the file itself
//	PROBE_SYSCTL=a.b,c.d  kernel parameters
//	PROBE_DNS=a,b         IPv4 addresses of names
//	PROBE_TCP=a:1,b:2     whether something takes connections there
//	PROBE_RETRY=5         seconds in which names and connections are tried again
//	PROBE_LISTEN=80,81    ports that it takes connections on
//	PROBE_TOUCH=/path     a file that it makes
//	PROBE_STAY=1          it stays until a signal comes, instead of ending with PROBE_EXIT
//	PROBE_ON_SIGNAL=ignore, PROBE_SIGNAL_EXIT=0  what a signal does, instead of ending it with 128 and its number
//	PROBE_MEM=64          MiB that it fills
//	PROBE_QUIET=1         it says nothing of what it observes
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type object = map[string]any

var started = time.Now()

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2)
	if path := os.Getenv("PROBE_TOUCH"); path != "" {
		os.WriteFile(path, []byte("touched\n"), 0o644)
	}
	for _, port := range given("PROBE_LISTEN", ",") {
		listen(port)
	}
	fill(number("PROBE_MEM"))
	if os.Getenv("PROBE_QUIET") == "" {
		say("PROBE", report())
	}
	if os.Getenv("PROBE_STAY") == "" {
		os.Exit(number("PROBE_EXIT"))
	}
	for received := range signals {
		react(received.(syscall.Signal))
	}
}

func react(received syscall.Signal) {
	say("PROBE-SIGNAL", object{"signal": int(received)})
	if os.Getenv("PROBE_ON_SIGNAL") == "ignore" {
		at := time.Now()
		go func() {
			for range time.Tick(100 * time.Millisecond) {
				say("PROBE-TICK", object{"ms": time.Since(at).Milliseconds()})
			}
		}()
		return
	}
	if code, err := strconv.Atoi(os.Getenv("PROBE_SIGNAL_EXIT")); err == nil {
		os.Exit(code)
	}
	os.Exit(128 + int(received))
}

func listen(port string) {
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		say("PROBE-LISTEN", object{"port": port, "error": err.Error()})
		return
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connection.Close()
		}
	}()
}

func fill(mebibytes int) {
	memory := make([]byte, mebibytes<<20)
	for at := 0; at < len(memory); at += 4096 {
		memory[at] = 1
	}
	if mebibytes > 0 {
		say("PROBE-MEM", object{"mib": mebibytes, "last": memory[len(memory)-1]})
	}
}

func say(word string, value object) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	// One write: a pipe then keeps it in one piece.
	os.Stdout.WriteString(fmt.Sprintf("%s %s\n", word, text))
}

func given(variable, separator string) []string {
	if text := os.Getenv(variable); text != "" {
		return strings.Split(text, separator)
	}
	return nil
}

func number(variable string) int {
	value, _ := strconv.Atoi(os.Getenv(variable))
	return value
}
