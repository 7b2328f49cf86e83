package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// registerVM reads the VM from the files on its datastore, as the LUN holds them now.
func registerVM(c *call, q *types.RegisterVM_Task) (interface{}, types.BaseMethodFault) {
	if q.AsTemplate && q.Host == nil || !q.AsTemplate && q.Pool == nil {
		return nil, &types.InvalidArgument{InvalidProperty: "pool"}
	}
	p := placement{pool: q.Pool, folder: &c.method.This, name: q.Name, template: q.AsTemplate}
	if q.Host != nil {
		if p.host = c.w.hostByRef(*q.Host); p.host == nil {
			return nil, &types.ManagedObjectNotFound{Obj: *q.Host}
		}
	}
	if q.Pool != nil {
		if _, ok := simulator.Map.Get(*q.Pool).(*simulator.ResourcePool); !ok {
			return nil, &types.ManagedObjectNotFound{Obj: *q.Pool}
		}
	}
	return c.w.start(c.self, "registerVm", nil, p.host, func() (types.AnyType, types.BaseMethodFault) {
		return c.w.registerPath(q.Path, p)
	}), nil
}

func (w *world) registerPath(path string, p placement) (types.AnyType, types.BaseMethodFault) {
	label, file, ok := parsePath(path)
	if !ok {
		return nil, &types.InvalidDatastorePath{DatastorePath: path}
	}
	v := w.volumeByLabel(label)
	if v == nil {
		return nil, &types.InvalidDatastore{Name: label}
	}
	if p.host == nil {
		p.host = w.hostThatMounts(v)
	}
	if p.host == nil || !v.mountedOn(p.host) || !p.host.reaches(v) {
		return nil, &types.InaccessibleDatastore{InvalidDatastore: types.InvalidDatastore{Name: label}}
	}
	if !p.host.responds() {
		return nil, &types.HostNotConnected{}
	}
	content := v.find(file)
	if content == nil {
		return nil, &types.NotFound{}
	}
	if fault := w.taken(v, content, p); fault != nil {
		return nil, fault
	}
	m := w.register(v, content, p)
	v.show()
	m.tell("vm.register", detail{"vmx": path, "ref": m.ref.Value})
	return m.ref, nil
}

// taken: the same files, or the same name in the same folder, are already in the inventory.
func (w *world) taken(v *volume, content *vmContent, p placement) types.BaseMethodFault {
	name := p.name
	if name == "" {
		name = content.Name
	}
	for _, m := range w.vms {
		if m.volume == v && m.content == content {
			return &types.AlreadyExists{Name: v.path(content.vmx())}
		}
		if m.content.Name == name && m.folder == *p.folder {
			return &types.DuplicateName{Name: name, Object: m.ref}
		}
	}
	return nil
}

func (w *world) hostThatMounts(v *volume) *host {
	for _, h := range w.hosts {
		if v.mountedOn(h) && h.responds() {
			return h
		}
	}
	return nil
}
