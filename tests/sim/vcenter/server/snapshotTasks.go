package main

import (
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

const deepestChain = 32

func createSnapshot(c *call, q *types.CreateSnapshot_Task) (interface{}, types.BaseMethodFault) {
	return c.startSnapshot(&snapshot{Name: q.Name, Description: q.Description, Memory: q.Memory, Quiesced: q.Quiesce})
}

func createSnapshotEx(c *call, q *types.CreateSnapshotEx_Task) (interface{}, types.BaseMethodFault) {
	return c.startSnapshot(&snapshot{Name: q.Name, Description: q.Description, Memory: q.Memory, Quiesced: q.QuiesceSpec != nil})
}

func (c *call) startSnapshot(s *snapshot) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	if fault := m.refusesSnapshot(s); fault != nil {
		return nil, fault
	}
	return c.w.start(m.vm, "createSnapshot", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
		return m.takeSnapshot(s)
	}), nil
}

// refusesSnapshot names what vSphere cannot snapshot at all.
func (m *machine) refusesSnapshot(s *snapshot) types.BaseMethodFault {
	hw := m.content.Hardware
	switch {
	case m.content.Template:
		return &types.NotSupported{}
	case hw.Ft || hw.BusSharing != "" || hw.Pci && m.on():
		return &types.SnapshotFault{}
	case m.content.depth() >= deepestChain:
		return &types.TooManySnapshotLevels{}
	}
	for _, d := range m.content.Disks {
		if m.on() && d.Mode == "independent_persistent" && s.Memory {
			return &types.MemorySnapshotOnIndependentDisk{}
		}
		if d.Sharing == "sharingMultiWriter" {
			return &types.SnapshotFault{}
		}
	}
	return nil
}

// takeSnapshot: quiesce is ignored without a word where the VM is off or Tools do not run; memory where it is off.
func (m *machine) takeSnapshot(s *snapshot) (types.AnyType, types.BaseMethodFault) {
	if m.connection() != types.VirtualMachineConnectionStateConnected {
		return nil, &types.InvalidState{}
	}
	s.Created = time.Now().UTC()
	s.Memory = s.Memory && m.on() || m.power == types.VirtualMachinePowerStateSuspended
	s.Quiesced = s.Quiesced && !s.Memory && m.toolsRun()
	if s.Quiesced {
		if fault := m.w.trouble.quiesceFails(m); fault != nil {
			return nil, fault
		}
	}
	m.content.takeSnapshot(s)
	m.save()
	ref := m.snapshotRef(s)
	m.tell("vm.snapshotCreate", detail{"snapshot": ref.Value, "name": s.Name, "quiesced": s.Quiesced, "memory": s.Memory})
	return ref, nil
}

func removeSnapshot(c *call, q *types.RemoveSnapshot_Task) (interface{}, types.BaseMethodFault) {
	m, s, fault := c.idleSnapshot()
	if fault != nil {
		return nil, fault
	}
	consolidate := q.Consolidate == nil || *q.Consolidate
	return c.w.start(c.self, "removeSnapshot", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
		m.removeSnapshot(s, q.RemoveChildren, consolidate)
		return nil, nil
	}), nil
}

func (m *machine) removeSnapshot(s *snapshot, children, consolidate bool) {
	name := s.Name
	m.content.forget(s, children)
	m.dropGone()
	if consolidate && !m.w.trouble.consolidationFails(m) {
		m.content.consolidate()
	}
	m.save()
	m.tell("vm.snapshotRemove", detail{"name": name, "children": children, "left": len(m.content.Snapshots)})
}

func removeAllSnapshots(c *call, q *types.RemoveAllSnapshots_Task) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	return c.w.start(m.vm, "removeAllSnapshots", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
		for len(m.content.Snapshots) > 0 {
			m.removeSnapshot(m.content.Snapshots[0], true, true)
		}
		return nil, nil
	}), nil
}

func renameSnapshot(c *call, q *types.RenameSnapshot) (interface{}, types.BaseMethodFault) {
	m, s := c.w.bySnapshot(c.method.This)
	if s == nil {
		return nil, &types.ManagedObjectNotFound{Obj: c.method.This}
	}
	if q.Name != "" {
		s.Name = q.Name
	}
	if q.Description != "" {
		s.Description = q.Description
	}
	m.save()
	return nil, nil
}

func consolidateDisks(c *call, _ *types.ConsolidateVMDisks_Task) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	return c.w.start(m.vm, "consolidateDisks", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
		m.content.consolidate()
		m.save()
		m.tell("vm.consolidate", nil)
		return nil, nil
	}), nil
}

func revertToSnapshot(c *call, q *types.RevertToSnapshot_Task) (interface{}, types.BaseMethodFault) {
	m, s, fault := c.idleSnapshot()
	if fault != nil {
		return nil, fault
	}
	return c.w.start(c.self, "revertToSnapshot", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
		return nil, m.revertTo(s, q.SuppressPowerOn)
	}), nil
}

func revertToCurrentSnapshot(c *call, q *types.RevertToCurrentSnapshot_Task) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	s := m.content.snapshotById(m.content.Current)
	if s == nil {
		return nil, &types.NotFound{}
	}
	return c.w.start(m.vm, "revertToSnapshot", m, m.host, func() (types.AnyType, types.BaseMethodFault) {
		return nil, m.revertTo(s, q.SuppressPowerOn)
	}), nil
}

// revertTo: with memory the VM runs on from there; without, it is off.
func (m *machine) revertTo(s *snapshot, suppressPowerOn *bool) types.BaseMethodFault {
	m.content.revertTo(s)
	m.content.consolidate()
	m.power = s.state()
	if suppressPowerOn != nil && *suppressPowerOn && m.on() {
		m.power = types.VirtualMachinePowerStateSuspended
	}
	m.setPower(m.power)
	m.tell("vm.snapshotRevert", detail{"name": s.Name, "power": string(m.power)})
	return nil
}
