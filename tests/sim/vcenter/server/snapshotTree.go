package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// snapshotRef gives the snapshot its managed object, once.
func (m *machine) snapshotRef(s *snapshot) reference {
	if ref, known := m.snapshotRefs[s.Id]; known {
		return ref
	}
	object := &simulator.VirtualMachineSnapshot{}
	object.Vm, object.Config = m.ref, *m.vm.Config
	ref := put(object)
	m.snapshotRefs[s.Id] = ref
	return ref
}

func (m *machine) forgetSnapshot(id int) {
	if ref, known := m.snapshotRefs[id]; known {
		simulator.Map.Remove(ref)
		delete(m.snapshotRefs, id)
	}
}

func (m *machine) forgetSnapshots() {
	for id := range m.snapshotRefs {
		m.forgetSnapshot(id)
	}
}

// dropGone removes managed objects of snapshots that are no longer in the files.
func (m *machine) dropGone() {
	for id := range m.snapshotRefs {
		if m.content.snapshotById(id) == nil {
			m.forgetSnapshot(id)
		}
	}
}

func (m *machine) snapshotInfo() *types.VirtualMachineSnapshotInfo {
	if len(m.content.Snapshots) == 0 {
		return nil
	}
	info := &types.VirtualMachineSnapshotInfo{RootSnapshotList: m.tree(0)}
	if current := m.content.snapshotById(m.content.Current); current != nil {
		ref := m.snapshotRef(current)
		info.CurrentSnapshot = &ref
	}
	return info
}

func (m *machine) rootSnapshots() []reference {
	list := []reference{}
	for _, s := range m.content.childrenOf(0) {
		list = append(list, m.snapshotRef(s))
	}
	return list
}

func (m *machine) tree(parent int) []types.VirtualMachineSnapshotTree {
	list := []types.VirtualMachineSnapshotTree{}
	for _, s := range m.content.childrenOf(parent) {
		list = append(list, types.VirtualMachineSnapshotTree{
			Snapshot: m.snapshotRef(s), Vm: m.ref, Name: s.Name, Description: s.Description, Id: int32(s.Id),
			CreateTime: s.Created, State: s.state(), Quiesced: s.Quiesced, ChildSnapshotList: m.tree(s.Id),
			ReplaySupported: types.NewBool(false),
		})
	}
	return list
}

// state: only a snapshot with memory brings a VM back running (assumed: the tree shows the others as powered off).
func (s *snapshot) state() types.VirtualMachinePowerState {
	if s.Memory {
		return types.VirtualMachinePowerStatePoweredOn
	}
	return types.VirtualMachinePowerStatePoweredOff
}

// bySnapshot finds the VM and the snapshot behind a managed object.
func (w *world) bySnapshot(ref reference) (*machine, *snapshot) {
	object, ok := simulator.Map.Get(ref).(*simulator.VirtualMachineSnapshot)
	if !ok {
		return nil, nil
	}
	m := w.vms[object.Vm]
	if m == nil {
		return nil, nil
	}
	for id, other := range m.snapshotRefs {
		if other == ref {
			return m, m.content.snapshotById(id)
		}
	}
	return nil, nil
}
