package main

import (
	"sort"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// machine is a VM that is registered: the files on its datastore, and what only vCenter and the host know.
type machine struct {
	w       *world
	vm      *simulator.VirtualMachine
	ref     reference
	volume  *volume
	content *vmContent
	host    *host
	pool    reference
	folder  reference
	power   types.VirtualMachinePowerState
	// snapshotRefs: vCenter's names for the snapshots, by their id in the files.
	snapshotRefs map[int]reference
	busy         *job
}

// placement says where a VM goes; what is missing is the default.
type placement struct {
	host         *host
	pool, folder *reference
	name         string
	template     bool
}

// register makes a new managed object for the files: a new moref each time.
func (w *world) register(v *volume, content *vmContent, p placement) *machine {
	m := &machine{
		w: w, vm: &simulator.VirtualMachine{}, volume: v, content: content, host: p.host,
		pool: w.inventory.pool.Self, folder: w.inventory.vmFolder.Self,
		power: types.VirtualMachinePowerStatePoweredOff, snapshotRefs: map[int]reference{},
	}
	if p.pool != nil {
		m.pool = *p.pool
	}
	if p.folder != nil {
		m.folder = *p.folder
	}
	if content.Suspended {
		m.power = types.VirtualMachinePowerStateSuspended
	}
	if p.name != "" && p.name != content.Name {
		content.Name = p.name
		v.save(content)
	}
	if p.template != content.Template {
		content.Template = p.template
		v.save(content)
	}
	m.vm.Parent = &m.folder
	m.vm.Name = content.Name
	m.ref = put(m.vm)
	w.vms[m.ref] = m
	m.link()
	m.show()
	return m
}

// link makes folder, pool and host know the VM.
func (m *machine) link() {
	m.eachOwner(func(list *[]reference) { *list = append(*list, m.ref) })
}

func (m *machine) unlink() {
	m.eachOwner(func(list *[]reference) { simulator.RemoveReference(list, m.ref) })
}

func (m *machine) eachOwner(change func(*[]reference)) {
	if folder, ok := simulator.Map.Get(m.folder).(*simulator.Folder); ok {
		change(&folder.ChildEntity)
	}
	if pool, ok := simulator.Map.Get(m.pool).(*simulator.ResourcePool); ok {
		change(&pool.Vm)
	}
	change(&m.host.mo.Vm)
	m.w.touch(m.folder, m.pool, m.host.mo.Self)
}

// unregister forgets the managed object, and with it tags, custom fields, permissions and rules. The files stay.
func (m *machine) unregister() {
	m.forgetSnapshots()
	m.unlink()
	delete(m.w.vms, m.ref)
	m.w.forgetRules(m.ref)
	m.w.tags.forget(m.ref.Value)
	simulator.Map.Remove(m.ref)
	for _, v := range append([]*volume{}, m.w.volumes...) {
		v.show()
	}
}

func (m *machine) uses(v *volume) bool {
	if m.volume == v {
		return true
	}
	for _, label := range m.otherDatastores() {
		if label == v.header.Label {
			return true
		}
	}
	return false
}

// otherDatastores are labels that disks, ISO, swap, working and log folder name.
func (m *machine) otherDatastores() []string {
	list := []string{}
	hw := m.content.Hardware
	for _, file := range []string{hw.Iso, hw.Swap, hw.WorkingDir, hw.LogDir} {
		if label, _, ok := parsePath(file); ok {
			list = append(list, label)
		}
	}
	for _, d := range m.content.Disks {
		if d.Datastore != "" {
			list = append(list, d.Datastore)
		}
	}
	return list
}

func (m *machine) diskPath(d *vmDisk, name string) string {
	if d.Datastore != "" {
		return "[" + d.Datastore + "] " + name
	}
	return m.volume.path(name)
}

// save writes the files and shows what changed.
func (m *machine) save() {
	m.volume.save(m.content)
	m.show()
}

func (w *world) sortedMachines() []*machine {
	list := []*machine{}
	for _, m := range w.vms {
		list = append(list, m)
	}
	sort.Slice(list, func(a, b int) bool { return list[a].content.Name < list[b].content.Name })
	return list
}

func (m *machine) setPower(state types.VirtualMachinePowerState) {
	m.power = state
	m.content.SwapFile = state == types.VirtualMachinePowerStatePoweredOn
	m.content.Suspended = state == types.VirtualMachinePowerStateSuspended
	m.save()
}

func (m *machine) on() bool { return m.power == types.VirtualMachinePowerStatePoweredOn }

// toolsRun: only a guest that runs has Tools that run.
func (m *machine) toolsRun() bool { return m.on() && m.content.Tools == "running" }
