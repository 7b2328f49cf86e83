package main

import (
	"sync"
	"time"
)

type held struct {
	Id     int    `json:"id"`
	Method string `json:"method"`
	Vm     string `json:"vm,omitempty"`
	Host   string `json:"host,omitempty"`
	When   string `json:"when"`
}

// holds are requests and tasks that stand still until somebody releases them.
type holds struct {
	sync.Mutex
	next    int
	list    []held
	release map[int]chan string
	arrived chan struct{}
}

func newHolds() *holds { return &holds{release: map[int]chan string{}, arrived: make(chan struct{})} }

// hold waits; what it answers is "continue" or "drop".
func (h *holds) hold(entry held) string {
	h.Lock()
	h.next++
	entry.Id = h.next
	h.list = append(h.list, entry)
	wait := make(chan string, 1)
	h.release[entry.Id] = wait
	close(h.arrived)
	h.arrived = make(chan struct{})
	h.Unlock()
	return <-wait
}

// wait answers what is held, at the latest when the time is over.
func (h *holds) wait(ms int) []held {
	over := time.After(time.Duration(ms) * time.Millisecond)
	for {
		h.Lock()
		list, arrived := append([]held{}, h.list...), h.arrived
		h.Unlock()
		if len(list) > 0 {
			return list
		}
		select {
		case <-arrived:
		case <-over:
			return list
		}
	}
}

func (h *holds) free(id int, action string) bool {
	h.Lock()
	defer h.Unlock()
	wait, known := h.release[id]
	if !known {
		return false
	}
	delete(h.release, id)
	for i, entry := range h.list {
		if entry.Id == id {
			h.list = append(h.list[:i], h.list[i+1:]...)
			break
		}
	}
	wait <- action
	return true
}
