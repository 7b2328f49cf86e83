package main

import (
	"fmt"
	"path"
	"sort"
	"strings"

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

type vmRequest struct {
	Name      string `json:"name"`
	Datastore string `json:"datastore"`
	Host      string `json:"host"`
	GuestId   string `json:"guestId"`
	Disks     int    `json:"disks"`
	Data      string `json:"data"`
	Template  bool   `json:"template"`
	ManagedBy string `json:"managedBy"`
	Off       bool   `json:"off"`
}

// createMachine puts a VM's files onto a datastore and registers it. Every second one runs Windows.
func (w *world) createMachine(r vmRequest, n int) (*machine, error) {
	v := w.firstVolume()
	if r.Datastore != "" {
		v = w.volumeByLabel(r.Datastore)
	}
	if v == nil || !v.mountedAnywhere() {
		return nil, fmt.Errorf("no mounted datastore %q", r.Datastore)
	}
	if r.Name == "" || v.find(r.Name+"/"+r.Name+".vmx") != nil {
		return nil, fmt.Errorf("a VM has a name of its own; %q is not", r.Name)
	}
	h := w.hosts[n%len(w.hosts)]
	if r.Host != "" {
		if h = w.hostByName(r.Host); h == nil {
			return nil, fmt.Errorf("no host %q", r.Host)
		}
	}
	content := newContent(r, n)
	v.add(content)
	m := w.register(v, content, placement{host: h, template: r.Template})
	w.record.add(effect{Kind: "vm.create", Vm: r.Name, Host: h.name(), Detail: detail{"datastore": v.header.Label}})
	return m, nil
}

func newContent(r vmRequest, n int) *vmContent {
	guest := []string{"windows2019srv_64Guest", "ubuntu64Guest"}[n%2]
	if r.GuestId != "" {
		guest = r.GuestId
	}
	content := &vmContent{
		Dir: r.Name, Name: r.Name, Uuid: stableUuid("bios " + r.Name), InstanceUuid: stableUuid(randomHex(8)),
		GuestId: guest, Tools: "running", MemoryMB: 4096, Template: r.Template, Disks: []*vmDisk{},
		Hardware: extras{ManagedBy: r.ManagedBy, Config: map[string]string{}},
	}
	if r.Disks == 0 {
		r.Disks = 1
	}
	for i := 0; i < r.Disks; i++ {
		content.addDisk(40, "persistent", r.Data)
	}
	return content
}

func (c *vmContent) addDisk(gib int64, mode, data string) *vmDisk {
	suffix := ".vmdk"
	if len(c.Disks) > 0 {
		suffix = fmt.Sprintf("_%d.vmdk", len(c.Disks))
	}
	name := c.file(suffix)
	if data == "" {
		data = "installed"
	}
	disk := &vmDisk{Key: int32(2000 + len(c.Disks)), GiB: gib, Mode: mode, Current: name, Files: []*diskFile{{Name: name, Data: data}}}
	c.Disks = append(c.Disks, disk)
	return disk
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

func baseName(file string) string { return strings.TrimSuffix(path.Base(file), path.Ext(file)) }
