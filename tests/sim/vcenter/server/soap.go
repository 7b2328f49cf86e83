package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// sdk serves /sdk: SOAP in, SOAP out, with whatever trouble was asked for in between.
type sdk struct{ w *world }

func (s sdk) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	arrived := nowMs()
	if s.w.trouble.isDown() {
		drop(out)
		return
	}
	if in.Method != http.MethodPost {
		http.Error(out, "POST only", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return
	}
	s.serve(out, in, body, arrived)
}

func (s sdk) serve(out http.ResponseWriter, in *http.Request, body []byte, arrived float64) {
	method, err := simulator.UnmarshalBody(types.TypeFunc(), body)
	if err != nil {
		send(out, encode("", reply{fault: &types.InvalidRequest{}}))
		return
	}
	c := &call{w: s.w, method: method}
	c.ctx = &simulator.Context{Context: in.Context(), Map: simulator.Map}
	vm, host := s.w.subject(method.This)
	q := s.w.record.begin(request{InMs: arrived, Method: method.Name, On: method.This.Value, Vm: vm, Host: host})
	result := answer{status: -1}
	s.w.trouble.serve(out, c, q, func() answer {
		result = s.answer(c, in)
		return result
	})
	s.w.record.end(q, result.status, result.fault)
}

// answer performs the call and encodes the result under one lock: values point into the model.
func (s sdk) answer(c *call, in *http.Request) (a answer) {
	defer func() {
		if trouble := recover(); trouble != nil {
			log.Printf("%s on %s: %v\n%s", c.method.Name, c.method.This, trouble, debug.Stack())
			a = encode(c.method.Name, reply{fault: &types.RuntimeFault{}})
		}
	}()
	s.w.Lock()
	defer s.w.Unlock()
	c.session = s.w.sessionOf(in)
	if c.session != nil {
		c.ctx.Session = c.session.library
	}
	if blocks[c.method.Name] {
		return c.waitUnlocked(in.Context())
	}
	a = encode(c.method.Name, c.perform())
	if c.method.Name == "Login" && c.session != nil {
		a.cookie = c.session.cookie()
	}
	return a
}

// waitUnlocked gives the lock up while nothing happens.
func (c *call) waitUnlocked(gone context.Context) answer {
	if c.session == nil {
		return encode(c.method.Name, reply{fault: notAuthenticated(c.method.This)})
	}
	if c.self = c.target(); c.self == nil {
		return encode(c.method.Name, reply{fault: &types.ManagedObjectNotFound{Obj: c.method.This}})
	}
	return encode(c.method.Name, c.wait(gone))
}

func send(out http.ResponseWriter, a answer) {
	out.Header().Set("Content-Type", "text/xml; charset=utf-8")
	if a.cookie != "" {
		out.Header().Set("Set-Cookie", a.cookie)
	}
	out.WriteHeader(a.status)
	_, _ = out.Write(a.body)
}

// drop closes the connection without an answer.
func drop(out http.ResponseWriter) {
	if hijacker, ok := out.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}

// versions answers /sdk/vimServiceVersions.xml, from which clients choose the API version to speak.
func (w *world) versions(out http.ResponseWriter, _ *http.Request) {
	version := strings.TrimSpace(w.options.version)
	out.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(out, `<?xml version="1.0" encoding="UTF-8"?><namespaces version="1.0"><namespace><name>urn:vim25</name>`+
		`<version>%s</version><priorVersions><version>6.0</version><version>5.5</version></priorVersions></namespace></namespaces>`, version)
}
