package main

import "github.com/vmware/govmomi/vim25/types"

func markAsTemplate(c *call, _ *types.MarkAsTemplate) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	if m.power != poweredOff {
		return nil, &types.InvalidPowerState{RequestedState: poweredOff, ExistingState: m.power}
	}
	m.content.Template = true
	m.save()
	return nil, nil
}

func markAsVirtualMachine(c *call, q *types.MarkAsVirtualMachine) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	m.content.Template, m.pool = false, q.Pool
	m.save()
	return nil, nil
}

func unregisterVM(c *call, _ *types.UnregisterVM) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	if m.on() {
		return nil, &types.InvalidPowerState{RequestedState: poweredOff, ExistingState: m.power}
	}
	m.unregister()
	m.tell("vm.unregister", detail{"vmx": m.volume.path(m.content.vmx())})
	return nil, nil
}

func destroyVM(c *call, _ *types.Destroy_Task) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	if m.power != poweredOff {
		return nil, &types.InvalidPowerState{RequestedState: poweredOff, ExistingState: m.power}
	}
	return c.w.start(m.vm, "destroy", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
		m.destroy()
		return nil, nil
	}), nil
}

func (m *machine) destroy() {
	m.unregister()
	m.volume.remove(m.content)
	m.tell("vm.destroy", nil)
}

func renameEntity(c *call, q *types.Rename_Task) (interface{}, types.BaseMethodFault) {
	if m := c.machine(); m != nil {
		return c.w.start(m.vm, "rename", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
			m.content.Name = q.NewName
			m.save()
			return nil, nil
		}), nil
	}
	v := c.w.volumeByRef(c.method.This)
	if v == nil || c.w.volumeByLabel(q.NewName) != nil {
		return nil, &types.DuplicateName{Name: q.NewName, Object: c.method.This}
	}
	return c.w.start(v.store, "rename", nil, nil, func() (types.AnyType, types.BaseMethodFault) {
		v.rename(q.NewName)
		return nil, nil
	}), nil
}

func (v *volume) rename(label string) {
	v.header.Label = label
	if err := v.writeHeaders(); err == nil {
		v.w.record.add(effect{Kind: "datastore.rename", Detail: detail{"datastore": label, "uuid": v.header.Uuid}})
	}
	for _, m := range v.w.vms {
		if m.volume == v {
			m.show()
		}
	}
	v.w.showStorage()
}
