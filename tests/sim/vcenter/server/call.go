package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// call is one SOAP request: what is called, on which object, in whose session.
type call struct {
	w       *world
	session *session
	ctx     *simulator.Context
	method  *simulator.Method
	self    mo.Reference
}

// reply is what goes back: a value or a fault. Empty is a response without a return value.
type reply struct {
	value interface{}
	fault fault
	// raw is a response that the library has wrapped already.
	raw interface{}
}

type operation func(*call) (interface{}, fault)

// on turns a function over one kind of request into an operation.
func on[Q any](work func(*call, *Q) (interface{}, fault)) operation {
	return func(c *call) (interface{}, fault) {
		q, ok := c.method.Body.(*Q)
		if !ok {
			return nil, &types.InvalidRequest{}
		}
		return work(c, q)
	}
}

// perform runs under the world's lock. Ours come first; what we do not have, the library may.
func (c *call) perform() reply {
	if c.session == nil && !open[c.method.Name] {
		return reply{fault: notAuthenticated(c.method.This)}
	}
	c.self = c.target()
	if c.self == nil {
		return reply{fault: &types.ManagedObjectNotFound{Obj: c.method.This}}
	}
	if work := operations[c.method.This.Type+"."+c.method.Name]; work != nil {
		if c.w.missingHere(c.method.Name) {
			return reply{fault: &types.MethodNotFound{Receiver: c.method.This, Method: c.method.Name}}
		}
		value, fault := work(c)
		return reply{value: value, fault: fault}
	}
	return c.library()
}

func (c *call) target() mo.Reference {
	if c.session != nil {
		return c.session.library.Get(c.method.This)
	}
	return simulator.Map.Get(c.method.This)
}

func notAuthenticated(ref reference) fault {
	return &types.NotAuthenticated{NoPermission: types.NoPermission{Object: ref, PrivilegeId: "System.View"}}
}

// library calls the govmomi simulator's own method of that name. Its VMs and storage systems are not asked: they know less.
func (c *call) library() reply {
	missing := reply{fault: &types.MethodNotFound{Receiver: c.method.This, Method: c.method.Name}}
	if ours[c.method.This.Type] {
		return missing
	}
	name := strings.ToUpper(c.method.Name[:1]) + strings.Replace(c.method.Name[1:], "_Task", "Task", 1)
	method := reflect.ValueOf(c.self).MethodByName(name)
	if !method.IsValid() {
		return missing
	}
	args := []reflect.Value{reflect.ValueOf(c.method.Body)}
	if method.Type().NumIn() == 2 {
		args = append([]reflect.Value{reflect.ValueOf(c.ctx)}, args...)
	}
	body := method.Call(args)[0].Interface().(soap.HasFault)
	if f := body.Fault(); f != nil {
		fault, _ := f.VimFault().(types.BaseMethodFault)
		return reply{fault: fault}
	}
	c.told()
	return reply{raw: reflect.ValueOf(body).Elem().FieldByName("Res").Interface()}
}

// told: what the library has changed is an effect too, and filters look at it again.
func (c *call) told() {
	kind := effectOf[c.method.Name]
	if kind == "" {
		return
	}
	e := effect{Kind: kind}
	c.w.touch(c.method.This)
	if q, ok := c.method.Body.(*types.SetField); ok {
		if m := c.w.vms[q.Entity]; m != nil {
			e.Vm, e.Detail = m.content.Name, detail{"key": q.Key, "value": q.Value}
			c.w.touch(m.ref)
		}
	}
	c.w.record.add(e)
}

func (c *call) machine() *machine { return c.w.vms[c.method.This] }

// idleMachine is the VM called, if nothing else is being done to it and its host answers.
func (c *call) idleMachine() (*machine, fault) {
	m := c.machine()
	if m == nil {
		return nil, &types.ManagedObjectNotFound{Obj: c.method.This}
	}
	return m, m.idle()
}

func (c *call) idleSnapshot() (*machine, *snapshot, fault) {
	m, s := c.w.bySnapshot(c.method.This)
	if s == nil {
		return nil, nil, &types.ManagedObjectNotFound{Obj: c.method.This}
	}
	return m, s, m.idle()
}

func (m *machine) idle() fault {
	if m.busy != nil {
		return &types.TaskInProgress{Task: m.busy.task.Self}
	}
	if !m.host.responds() {
		return &types.HostNotConnected{}
	}
	return nil
}

func faultName(f fault) string { return strings.TrimPrefix(fmt.Sprintf("%T", f), "*types.") }
