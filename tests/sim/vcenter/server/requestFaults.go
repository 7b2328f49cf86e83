package main

import (
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

// serve runs one request through the faults that hit it.
func (t *trouble) serve(out http.ResponseWriter, c *call, q *request, perform func() answer) {
	faults := t.take(requestKinds, func(match *faultMatch) bool { return hitsRequest(match, c, q) })
	for _, f := range faults {
		if t.before(out, c, q, f) {
			return
		}
	}
	result := perform()
	if t.isDown() {
		drop(out)
		return
	}
	for _, f := range faults {
		if t.after(out, c, q, f, result) {
			return
		}
	}
	send(out, result)
}

// hitsRequest: without a match, the next request that changes something, log-ins and rescans aside.
func hitsRequest(match *faultMatch, c *call, q *request) bool {
	if match == nil {
		kind := effectOf[c.method.Name]
		return kind != "" && kind != "rescan" && !strings.HasPrefix(kind, "session.")
	}
	return agrees(match.Method, c.method.Name) && agrees(match.Vm, q.Vm) && agrees(match.Host, q.Host) &&
		agrees(match.Effect, effectOf[c.method.Name])
}

// before answers true when the request ends here, without effect.
func (t *trouble) before(out http.ResponseWriter, c *call, q *request, f *faultRequest) bool {
	switch f.Kind {
	case "http":
		status := f.Status
		if status == 0 {
			status = http.StatusServiceUnavailable
		}
		http.Error(out, "Service Unavailable", status)
		return true
	case "dropBefore":
		drop(out)
		return true
	case "hang":
		<-c.ctx.Done()
		return true
	case "fault":
		send(out, encode(c.method.Name, reply{fault: namedFault(f.Fault)}))
		return true
	case "expireSession":
		c.w.Lock()
		c.w.endAllSessions()
		c.w.Unlock()
	case "holdBefore":
		return t.hold(out, q, "before")
	}
	return false
}

func (t *trouble) after(out http.ResponseWriter, c *call, q *request, f *faultRequest, result answer) bool {
	switch f.Kind {
	case "latency":
		time.Sleep(time.Duration(f.Ms) * time.Millisecond)
	case "dropAfter":
		drop(out)
		return true
	case "cut":
		cut(out, result)
		return true
	case "garble":
		result.body = []byte("<html><body>vCenter is starting</body></html>")
		send(out, result)
		return true
	case "holdAfter":
		return t.hold(out, q, "after")
	}
	return false
}

func (t *trouble) hold(out http.ResponseWriter, q *request, when string) bool {
	if t.holds.hold(held{Method: q.Method, Vm: q.Vm, Host: q.Host, When: when}) == "drop" {
		drop(out)
		return true
	}
	return false
}

// cut promises the whole body and closes the connection in the middle of it.
func cut(out http.ResponseWriter, a answer) {
	out.Header().Set("Content-Type", "text/xml; charset=utf-8")
	out.Header().Set("Content-Length", itoa(len(a.body)))
	out.WriteHeader(a.status)
	_, _ = out.Write(a.body[:len(a.body)/2])
	if flusher, ok := out.(http.Flusher); ok {
		flusher.Flush()
	}
	drop(out)
}

// namedFault makes a vim25 fault of that name; nil when there is none.
func namedFault(name string) fault {
	kind, known := types.TypeFunc()(name)
	if !known {
		return nil
	}
	f, _ := reflect.New(kind).Interface().(types.BaseMethodFault)
	return f
}
