package main

import (
	"context"
	"errors"
	"net"
	"sort"
	"strings"
	"time"
)

// again repeats until it succeeds, for as long as PROBE_RETRY says.
func again(attempt func() bool) {
	end := time.Now().Add(time.Duration(number("PROBE_RETRY")) * time.Second)
	for !attempt() && time.Now().Before(end) {
		time.Sleep(100 * time.Millisecond)
	}
}

func addresses(name string) any {
	var seen any
	again(func() bool {
		limited, cancel := context.WithTimeout(context.Background(), 4*time.Second)
		defer cancel()
		found, err := net.DefaultResolver.LookupIP(limited, "ip4", name)
		if err != nil {
			seen = err.Error()
			var unknown *net.DNSError
			if errors.As(err, &unknown) && unknown.IsNotFound {
				seen = "NXDOMAIN"
			}
			return false
		}
		texts := []string{}
		for _, one := range found {
			texts = append(texts, one.String())
		}
		sort.Strings(texts)
		seen = texts
		return true
	})
	return seen
}

func connection(place string) any {
	seen := "ok"
	again(func() bool {
		found, err := net.DialTimeout("tcp", place, 2*time.Second)
		if err == nil {
			found.Close()
			seen = "ok"
			return true
		}
		seen = err.Error()
		for _, word := range []string{"refused", "timeout", "no such host", "unreachable"} {
			if strings.Contains(seen, word) {
				seen = word
			}
		}
		return false
	})
	return seen
}

func interfaces() object {
	found := object{}
	listed, _ := net.Interfaces()
	for _, one := range listed {
		texts := []string{}
		given, _ := one.Addrs()
		for _, each := range given {
			texts = append(texts, each.String())
		}
		found[one.Name] = texts
	}
	return found
}
