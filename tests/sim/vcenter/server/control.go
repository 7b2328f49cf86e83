package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// controlCall is one command of the control API: what stands behind its name in the path, and the body.
type controlCall struct {
	w     *world
	rest  string
	query url.Values
	body  []byte
}

func (c controlCall) into(value interface{}) error {
	if len(c.body) == 0 {
		return nil
	}
	return json.Unmarshal(c.body, value)
}

type command func(controlCall) (interface{}, error)

// control steers and watches the simulator from outside: JSON, loopback, no log-in. No vCenter has this.
type control struct{ w *world }

func (s control) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(in.URL.Path, "/control/"), "/")
	work := commands[in.Method+" "+name]
	if work == nil {
		sendJson(out, http.StatusNotFound, map[string]string{"error": "no " + in.Method + " " + in.URL.Path})
		return
	}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return
	}
	value, err := work(controlCall{s.w, rest, in.URL.Query(), body})
	if err != nil {
		sendJson(out, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	if value == nil {
		value = map[string]string{}
	}
	sendJson(out, http.StatusOK, value)
}

func sendJson(out http.ResponseWriter, status int, value interface{}) {
	text, err := json.Marshal(value)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"cannot encode"}`)
	}
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(status)
	_, _ = out.Write(text)
}

// locked runs a command under the world's lock.
func locked(work command) command {
	return func(c controlCall) (interface{}, error) {
		c.w.Lock()
		defer c.w.Unlock()
		return work(c)
	}
}

// commands are the whole control API, by method and name.
var commands = map[string]command{
	"GET state":        locked(stateView),
	"GET effects":      func(c controlCall) (interface{}, error) { effects, _, _ := c.w.record.read(); return effects, nil },
	"GET requests":     func(c controlCall) (interface{}, error) { _, requests, _ := c.w.record.read(); return requests, nil },
	"GET counts":       func(c controlCall) (interface{}, error) { _, _, counts := c.w.record.read(); return counts, nil },
	"POST reset":       locked(resetRecord),
	"GET settings":     locked(func(c controlCall) (interface{}, error) { return c.w.settings, nil }),
	"POST settings":    locked(changeSettings),
	"POST vms":         locked(addVm),
	"PATCH vms":        locked(changeVm),
	"DELETE vms":       locked(deleteVm),
	"POST tags":        locked(addTag),
	"POST snapshots":   locked(addUserSnapshot),
	"PATCH hosts":      locked(changeHost),
	"PATCH datastores": locked(changeDatastore),
	"POST nas":         locked(useNas),
	"POST privileges":  locked(changePrivileges),
	"GET faults":       listFaults,
	"POST faults":      addFault,
	"DELETE faults":    clearFaults,
	"GET holds":        listHolds,
	"POST holds":       releaseHold,
	"POST session":     locked(func(c controlCall) (interface{}, error) { c.w.endAllSessions(); return nil, nil }),
	"POST outage":      setOutage,
}

func resetRecord(c controlCall) (interface{}, error) {
	c.w.record.reset()
	c.w.tasks.reset()
	return nil, nil
}

func changeSettings(c controlCall) (interface{}, error) {
	err := c.into(&c.w.settings)
	return c.w.settings, err
}

func listFaults(c controlCall) (interface{}, error) {
	c.w.trouble.Lock()
	defer c.w.trouble.Unlock()
	list := []faultRequest{}
	for _, f := range c.w.trouble.list {
		list = append(list, *f)
	}
	return list, nil
}

func addFault(c controlCall) (interface{}, error) {
	f := faultRequest{}
	if err := c.into(&f); err != nil {
		return nil, err
	}
	id, err := c.w.trouble.add(f)
	return map[string]int{"id": id}, err
}

func clearFaults(c controlCall) (interface{}, error) {
	c.w.trouble.clear()
	return nil, nil
}

func listHolds(c controlCall) (interface{}, error) {
	return c.w.trouble.holds.wait(leadingNumber(c.query.Get("waitMs"))), nil
}

func releaseHold(c controlCall) (interface{}, error) {
	order := struct{ Action string }{"continue"}
	if err := c.into(&order); err != nil {
		return nil, err
	}
	if !c.w.trouble.holds.free(leadingNumber(c.rest), order.Action) {
		return nil, fmt.Errorf("nothing is held as %q", c.rest)
	}
	return nil, nil
}

// setOutage: vCenter is away (for ms, or until told otherwise) and comes back without sessions.
func setOutage(c controlCall) (interface{}, error) {
	order := struct {
		Down bool
		Ms   int
	}{Down: true}
	if err := c.into(&order); err != nil {
		return nil, err
	}
	c.w.trouble.setDown(order.Down, order.Ms)
	if order.Down {
		c.w.Lock()
		defer c.w.Unlock()
		c.w.endAllSessions()
	}
	return nil, nil
}

func changePrivileges(c controlCall) (interface{}, error) {
	order := struct{ Denied []string }{}
	if err := c.into(&order); err != nil {
		return nil, err
	}
	c.w.denied = map[string]bool{}
	for _, id := range order.Denied {
		c.w.denied[id] = true
	}
	return nil, nil
}
