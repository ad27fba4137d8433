package main

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// resolve says how many addresses a name has, or that nobody knows it.
func resolve(name string) string {
	limit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	found, err := net.DefaultResolver.LookupHost(limit, name)
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return "unknown"
	case err != nil:
		return "failure"
	}
	different := map[string]bool{}
	for _, address := range found {
		different[address] = true
	}
	return strconv.Itoa(len(different))
}

// reach says whether a port of a host takes connections.
func reach(address string) string {
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err == nil {
		connection.Close()
		return "open"
	}
	var unknown *net.DNSError
	var late net.Error
	switch {
	case errors.As(err, &unknown):
		return "unknown"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.As(err, &late) && late.Timeout():
		return "timeout"
	}
	return reason(err)
}

// get is the first line that a port of a host sends.
func get(address string) string {
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return "nothing"
	}
	defer connection.Close()
	connection.SetReadDeadline(time.Now().Add(5 * time.Second))
	line, _ := bufio.NewReader(connection).ReadString('\n')
	return strings.TrimSpace(line)
}

// listen greets whoever connects to a port with this host's PROBE_NAME or name.
func listen(address string) {
	if !strings.Contains(address, ":") {
		address = ":" + address
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		say("listen", reason(err))
		return
	}
	name := os.Getenv("GREETING")
	if name == "" {
		name, _ = os.Hostname()
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connection.Write([]byte(name + "\n"))
			connection.Close()
		}
	}()
}

// await returns when a port of a host takes connections, or after a minute.
func await(address string) {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if reach(address) == "open" {
			return
		}
	}
}
