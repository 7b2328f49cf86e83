package main

import (
	"sync"
	"time"
)

// effect is something that changed, stamped when it was complete.
type effect struct {
	N      int                    `json:"n"`
	AtMs   float64                `json:"atMs"`
	Kind   string                 `json:"kind"`
	Vm     string                 `json:"vm,omitempty"`
	Host   string                 `json:"host,omitempty"`
	Detail map[string]interface{} `json:"detail"`
}

// request is one SOAP call, whatever became of it.
type request struct {
	N      int     `json:"n"`
	InMs   float64 `json:"inMs"`
	OutMs  float64 `json:"outMs,omitempty"`
	Method string  `json:"method"`
	On     string  `json:"on"`
	Vm     string  `json:"vm,omitempty"`
	Host   string  `json:"host,omitempty"`
	Fault  string  `json:"fault,omitempty"`
	Status int     `json:"status,omitempty"`
}

// record is what happened, counted and stamped, so that tests and bench measure from outside.
type record struct {
	sync.Mutex
	effects  []*effect
	requests []*request
	counts   map[string]int
}

func newRecord() *record { return &record{counts: map[string]int{}} }

func nowMs() float64 { return float64(time.Now().UnixMicro()) / 1000 }

func (r *record) add(e effect) {
	r.Lock()
	defer r.Unlock()
	e.N, e.AtMs = len(r.effects)+1, nowMs()
	if e.Detail == nil {
		e.Detail = map[string]interface{}{}
	}
	r.effects = append(r.effects, &e)
}

func (r *record) begin(q request) *request {
	r.Lock()
	defer r.Unlock()
	q.N = len(r.requests) + 1
	r.requests = append(r.requests, &q)
	r.counts[q.Method]++
	return &q
}

func (r *record) end(q *request, status int, fault string) {
	r.Lock()
	defer r.Unlock()
	q.OutMs, q.Status, q.Fault = nowMs(), status, fault
}

func (r *record) reset() {
	r.Lock()
	defer r.Unlock()
	r.effects, r.requests, r.counts = nil, nil, map[string]int{}
}

// read copies under the lock: the caller encodes without it.
func (r *record) read() ([]effect, []request, map[string]int) {
	r.Lock()
	defer r.Unlock()
	effects, requests, counts := []effect{}, []request{}, map[string]int{}
	for _, e := range r.effects {
		effects = append(effects, *e)
	}
	for _, q := range r.requests {
		requests = append(requests, *q)
	}
	for method, n := range r.counts {
		counts[method] = n
	}
	return effects, requests, counts
}
