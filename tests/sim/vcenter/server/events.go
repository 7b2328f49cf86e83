package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// tell records an effect on a VM, and posts vCenter's own event where there is one.
func (m *machine) tell(kind string, d detail) {
	m.w.record.add(effect{Kind: kind, Vm: m.content.Name, Host: m.host.name(), Detail: d})
	if event := m.event(kind); event != nil {
		user := types.UserSession{UserName: m.w.options.user}
		ctx := &simulator.Context{Map: simulator.Map, Session: &simulator.Session{UserSession: user, Registry: simulator.Map}}
		simulator.Map.EventManager().PostEvent(ctx, &types.PostEvent{EventToPost: event})
	}
}

func (m *machine) event(kind string) types.BaseEvent {
	dc, cluster := m.w.inventory.dc, m.w.inventory.cluster
	about := types.VmEvent{Event: types.Event{
		Vm:              &types.VmEventArgument{EntityEventArgument: types.EntityEventArgument{Name: m.content.Name}, Vm: m.ref},
		Host:            &types.HostEventArgument{EntityEventArgument: types.EntityEventArgument{Name: m.host.name()}, Host: m.host.mo.Self},
		Datacenter:      &types.DatacenterEventArgument{EntityEventArgument: types.EntityEventArgument{Name: dc.Name}, Datacenter: dc.Self},
		ComputeResource: &types.ComputeResourceEventArgument{EntityEventArgument: types.EntityEventArgument{Name: cluster.Name}, ComputeResource: cluster.Self},
	}}
	switch kind {
	case "vm.register":
		return &types.VmRegisteredEvent{VmEvent: about}
	case "vm.unregister", "vm.destroy":
		return &types.VmRemovedEvent{VmEvent: about}
	case "vm.power":
		if m.on() {
			return &types.VmPoweredOnEvent{VmEvent: about}
		}
		return &types.VmPoweredOffEvent{VmEvent: about}
	}
	return nil
}
