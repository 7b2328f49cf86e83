package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"net/http"
	"reflect"

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

// answer is an encoded response.
type answer struct {
	status int
	fault  string
	body   []byte
	cookie string
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
