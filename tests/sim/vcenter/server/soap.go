package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"net/http"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
	vimxml "github.com/vmware/govmomi/vim25/xml"
)

const (
	envelopeStart = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<soapenv:Body>
`
	envelopeEnd = "\n</soapenv:Body>\n</soapenv:Envelope>"
	// How the library writes xsi:type; vCenter declares xsi once, on the envelope.
	longDeclaration = ` xmlns:XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance"`
	longType        = ` XMLSchema-instance:type="`
)

// sdk serves /sdk: SOAP in, SOAP out, with whatever trouble was asked for in between.
type sdk struct{ w *world }

// answer is an encoded response.
type answer struct {
	status int
	fault  string
	body   []byte
	cookie string
}

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

func encode(method string, r reply) answer {
	var out bytes.Buffer
	out.WriteString(envelopeStart)
	status, fault := http.StatusOK, ""
	var err error
	if r.fault != nil {
		status, fault = http.StatusInternalServerError, faultName(r.fault)
		err = encodeFault(&out, r.fault)
	} else {
		err = encodeValue(&out, method, r)
	}
	if err != nil {
		log.Printf("encoding the response of %s: %v", method, err)
	}
	out.WriteString(envelopeEnd)
	body := bytes.ReplaceAll(out.Bytes(), []byte(longDeclaration), nil)
	body = bytes.ReplaceAll(body, []byte(longType), []byte(` xsi:type="`))
	return answer{status: status, fault: fault, body: body}
}

func encodeFault(out *bytes.Buffer, f fault) error {
	name := faultName(f)
	out.WriteString("<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>")
	_ = xml.EscapeText(out, []byte(faultText(f)))
	out.WriteString("</faultstring><detail>")
	err := encodeElement(out, f, name+"Fault", vimxml.Attr{Name: vimxml.Name{Local: "xmlns"}, Value: "urn:vim25"},
		vimxml.Attr{Name: vimxml.Name{Local: "xsi:type"}, Value: name})
	out.WriteString("</detail></soapenv:Fault>")
	return err
}

// faultText is what people read; the two that everybody knows by heart have vCenter's own words.
func faultText(f fault) string {
	switch f.(type) {
	case *types.NotAuthenticated:
		return "The session is not authenticated."
	case *types.ManagedObjectNotFound:
		return "The object has already been deleted or has not been completely created"
	case *types.InvalidLogin:
		return "Cannot complete login due to an incorrect user name or password."
	}
	return faultName(f)
}

func encodeValue(out *bytes.Buffer, method string, r reply) (err error) {
	if r.raw != nil {
		return encodeElement(out, r.raw, method+"Response", vimxml.Attr{Name: vimxml.Name{Local: "xmlns"}, Value: "urn:vim25"})
	}
	fmt.Fprintf(out, `<%sResponse xmlns="urn:vim25">`, method)
	if !isNil(r.value) {
		err = encodeElement(out, r.value, "returnval")
	}
	fmt.Fprintf(out, "</%sResponse>", method)
	return err
}

func isNil(value interface{}) bool {
	if value == nil {
		return true
	}
	v := reflect.ValueOf(value)
	return v.Kind() == reflect.Ptr && v.IsNil()
}

func encodeElement(out io.Writer, value interface{}, name string, attrs ...vimxml.Attr) error {
	e := vimxml.NewEncoder(out)
	if err := e.EncodeElement(value, vimxml.StartElement{Name: vimxml.Name{Local: name}, Attr: attrs}); err != nil {
		return err
	}
	return e.Flush()
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
