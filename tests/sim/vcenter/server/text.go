package main

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// leadingNumber reads the digits that a text begins with.
func leadingNumber(text string) int {
	digits, _, _ := strings.Cut(text, "-")
	n, _ := strconv.Atoi(digits)
	return n
}

// shortVersion is what About calls the version: 8.0.2 of 8.0.2.0.
func shortVersion(version string) string {
	parts := strings.Split(version, ".")
	if len(parts) > 3 {
		parts = parts[:3]
	}
	return strings.Join(parts, ".")
}

func olderThan(version string, major, minor int) bool {
	parts := append(strings.Split(version, "."), "0")
	first, _ := strconv.Atoi(parts[0])
	second, _ := strconv.Atoi(parts[1])
	return first < major || first == major && second < minor
}
