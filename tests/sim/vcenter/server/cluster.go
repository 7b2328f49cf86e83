package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// heartbeatInfo tells which datastores HA uses for its heartbeats.
func heartbeatInfo(c *call, _ *types.RetrieveDasAdvancedRuntimeInfo) (interface{}, fault) {
	info := &types.ClusterDasAdvancedRuntimeInfo{}
	for _, v := range c.w.volumes {
		if v.store == nil || !v.settings.heartbeat {
			continue
		}
		row := types.DasHeartbeatDatastoreInfo{Datastore: v.ref}
		for _, h := range c.w.hosts {
			if v.mountedOn(h) {
				row.Hosts = append(row.Hosts, h.mo.Self)
			}
		}
		info.HeartbeatDatastoreInfo = append(info.HeartbeatDatastoreInfo, row)
	}
	return info, nil
}

// hasPrivileges grants everything but what the control API took away.
func hasPrivileges(c *call, q *types.HasPrivilegeOnEntities) (interface{}, fault) {
	list := []types.EntityPrivilege{}
	for _, ref := range q.Entity {
		row := types.EntityPrivilege{Entity: ref}
		for _, id := range q.PrivId {
			row.PrivAvailability = append(row.PrivAvailability, types.PrivilegeAvailability{PrivId: id, IsGranted: !c.w.denied[id]})
		}
		list = append(list, row)
	}
	return list, nil
}

func setCustomValue(c *call, q *types.SetCustomValue) (interface{}, fault) {
	body := simulator.SetCustomValue(c.ctx, q).(*methods.SetCustomValueBody)
	if f := body.Fault(); f != nil {
		fault, _ := f.VimFault().(types.BaseMethodFault)
		return nil, fault
	}
	c.w.touch(c.method.This)
	return nil, nil
}

// relocate moves a VM to another host, another datastore, or both.
func relocate(c *call, q *types.RelocateVM_Task) (interface{}, fault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	h, v := m.host, m.volume
	if q.Spec.Host != nil {
		h = c.w.hostByRef(*q.Spec.Host)
	}
	if q.Spec.Datastore != nil {
		v = c.w.volumeByRef(*q.Spec.Datastore)
	}
	if h == nil || v == nil || !v.mountedOn(h) {
		return nil, &types.InvalidArgument{InvalidProperty: "spec"}
	}
	return c.w.start(m.vm, "relocate", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
		m.move(h, v)
		return nil, nil
	}), nil
}

func (m *machine) move(h *host, v *volume) {
	m.unlink()
	m.host = h
	m.link()
	if v != m.volume {
		m.volume.remove(m.content)
		m.volume = v
		v.add(m.content)
	}
	m.show()
	m.w.showStorage()
	m.tell("vm.relocate", detail{"datastore": v.header.Label})
}
