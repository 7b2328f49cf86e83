package main

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

type faultMatch struct {
	Method string `json:"method,omitempty"`
	Task   string `json:"task,omitempty"`
	Vm     string `json:"vm,omitempty"`
	Host   string `json:"host,omitempty"`
	Effect string `json:"kindOfEffect,omitempty"`
}

// faultRequest is what somebody asked to go wrong.
type faultRequest struct {
	Id    int         `json:"id"`
	Kind  string      `json:"kind"`
	Match *faultMatch `json:"match,omitempty"`
	// Skip lets that many pass; Times (1 unless told; 0: for ever) is how many are hit.
	Skip   int    `json:"skip,omitempty"`
	Times  *int   `json:"times,omitempty"`
	Ms     int    `json:"ms,omitempty"`
	Status int    `json:"status,omitempty"`
	Fault  string `json:"fault,omitempty"`

	Skipped int `json:"skipped"`
	Hits    int `json:"hits"`
}

// Faults of a request, of a task, and of the way a VM behaves.
var (
	requestKinds = []string{"latency", "http", "dropBefore", "dropAfter", "cut", "garble", "expireSession", "hang", "holdBefore", "holdAfter", "fault"}
	taskKinds    = []string{"taskFault", "taskHang", "taskSlow", "taskHoldBefore", "taskHoldAfter"}
	vmKinds      = []string{"quiesceFails", "consolidationFails", "guestIgnoresShutdown"}
)

// trouble has a lock of its own: a request that is held must not hold the world.
type trouble struct {
	sync.Mutex
	list  []*faultRequest
	next  int
	holds *holds
	down  bool
	until time.Time
}

func newTrouble() *trouble { return &trouble{holds: newHolds()} }

func (t *trouble) add(f faultRequest) (int, error) {
	known := append(append(append([]string{}, requestKinds...), taskKinds...), vmKinds...)
	if !contains(known, f.Kind) {
		sort.Strings(known)
		return 0, fmt.Errorf("kind is one of %s", strings.Join(known, ", "))
	}
	if (f.Kind == "fault" || f.Kind == "taskFault" || f.Kind == "quiesceFails") && f.Fault != "" && namedFault(f.Fault) == nil {
		return 0, fmt.Errorf("no vim25 fault %q", f.Fault)
	}
	t.Lock()
	defer t.Unlock()
	t.next++
	f.Id = t.next
	t.list = append(t.list, &f)
	return f.Id, nil
}

func (t *trouble) clear() {
	t.Lock()
	defer t.Unlock()
	t.list = nil
}

// fires counts: ask once for each request, task or question.
func (f *faultRequest) fires() bool {
	if f.Skipped < f.Skip {
		f.Skipped++
		return false
	}
	if times := f.times(); times > 0 && f.Hits >= times {
		return false
	}
	f.Hits++
	return true
}

func (f *faultRequest) times() int {
	if f.Times == nil {
		return 1
	}
	return *f.Times
}

// take answers the faults of these kinds that hit now.
func (t *trouble) take(kinds []string, hits func(*faultMatch) bool) []*faultRequest {
	t.Lock()
	defer t.Unlock()
	list := []*faultRequest{}
	for _, f := range t.list {
		if contains(kinds, f.Kind) && hits(f.Match) && f.fires() {
			list = append(list, f)
		}
	}
	return list
}

func agrees(wanted, is string) bool { return wanted == "" || wanted == is }

// forVm asks about one VM's behaviour.
func (t *trouble) forVm(kind string, m *machine) *faultRequest {
	list := t.take([]string{kind}, func(match *faultMatch) bool {
		return match == nil || agrees(match.Vm, m.content.Name) && agrees(match.Host, m.host.name())
	})
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func (t *trouble) consolidationFails(m *machine) bool { return t.forVm("consolidationFails", m) != nil }

func (t *trouble) guestIgnoresShutdown(m *machine) bool {
	return t.forVm("guestIgnoresShutdown", m) != nil
}

// quiesceFails: the guest could not be frozen, so there is no snapshot at all.
func (t *trouble) quiesceFails(m *machine) fault {
	f := t.forVm("quiesceFails", m)
	if f == nil {
		return nil
	}
	if f.Fault == "" {
		return namedFault("ApplicationQuiesceFault")
	}
	return namedFault(f.Fault)
}

// setDown: while it is down every connection is closed without an answer.
func (t *trouble) setDown(down bool, ms int) {
	t.Lock()
	defer t.Unlock()
	t.down, t.until = down, time.Time{}
	if down && ms > 0 {
		t.until = time.Now().Add(time.Duration(ms) * time.Millisecond)
	}
}

func (t *trouble) isDown() bool {
	t.Lock()
	defer t.Unlock()
	if t.down && !t.until.IsZero() && time.Now().After(t.until) {
		t.down = false
	}
	return t.down
}
