package main

import (
	"fmt"
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

func addVm(c controlCall) (interface{}, error) {
	r := vmRequest{}
	if err := c.into(&r); err != nil {
		return nil, err
	}
	if r.Host == "" {
		r.Host = c.w.hosts[len(c.w.vms)%len(c.w.hosts)].name()
	}
	m, err := c.w.createMachine(r, len(c.w.vms))
	if err != nil {
		return nil, err
	}
	if !r.Off && !r.Template {
		m.setPower(poweredOn)
	}
	c.w.showStorage()
	return m.view(), nil
}

func (c controlCall) machine() (*machine, error) {
	if m := c.w.vmByName(c.rest); m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("no VM %q is registered", c.rest)
}

// vmChange is what somebody else did to a VM; absent fields stay as they are.
type vmChange struct {
	Power    *string `json:"power"`
	Data     *string `json:"data"`
	Tools    *string `json:"tools"`
	GuestId  *string `json:"guestId"`
	Mac      *string `json:"mac"`
	Ip       *string `json:"ip"`
	Template *bool   `json:"template"`
	Host     *string `json:"host"`
	Iso      *string `json:"iso"`
	Pci      *bool   `json:"pci"`
	Ft       *bool   `json:"ft"`
	Bus      *string `json:"busSharing"`
	Swap     *string `json:"swap"`
	Working  *string `json:"workingDir"`
	Log      *string `json:"logDir"`
	Disk     *vmDisk `json:"disk"`
}

func changeVm(c controlCall) (interface{}, error) {
	m, err := c.machine()
	if err != nil {
		return nil, err
	}
	change := vmChange{}
	if err := c.into(&change); err != nil {
		return nil, err
	}
	if err := m.apply(change); err != nil {
		return nil, err
	}
	c.w.showStorage()
	return m.view(), nil
}

func (m *machine) apply(change vmChange) error {
	hw := &m.content.Hardware
	set(&m.content.Tools, change.Tools)
	set(&m.content.GuestId, change.GuestId)
	set(&m.content.Mac, change.Mac)
	set(&m.content.Ip, change.Ip)
	set(&m.content.Template, change.Template)
	set(&hw.Iso, change.Iso)
	set(&hw.Pci, change.Pci)
	set(&hw.Ft, change.Ft)
	set(&hw.BusSharing, change.Bus)
	set(&hw.Swap, change.Swap)
	set(&hw.WorkingDir, change.Working)
	set(&hw.LogDir, change.Log)
	if change.Data != nil {
		for _, d := range m.content.Disks {
			d.file(d.Current).Data = *change.Data
		}
		m.tell("vm.write", detail{"data": *change.Data})
	}
	if change.Disk != nil {
		m.attach(change.Disk)
	}
	if change.Host != nil {
		h := m.w.hostByName(*change.Host)
		if h == nil {
			return fmt.Errorf("no host %q", *change.Host)
		}
		m.move(h, m.volume)
	}
	if change.Power != nil {
		m.setPower(types.VirtualMachinePowerState(*change.Power))
		m.tell("vm.power", detail{"power": *change.Power, "by": "control"})
	}
	m.save()
	return nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// attach adds a disk: independent, raw, shared, or on another datastore.
func (m *machine) attach(wanted *vmDisk) {
	if wanted.GiB == 0 {
		wanted.GiB = 10
	}
	if wanted.Mode == "" {
		wanted.Mode = "persistent"
	}
	disk := m.content.addDisk(wanted.GiB, wanted.Mode, "")
	disk.Rdm, disk.RdmNaa, disk.Sharing, disk.Datastore = wanted.Rdm, wanted.RdmNaa, wanted.Sharing, wanted.Datastore
}

func deleteVm(c controlCall) (interface{}, error) {
	m, err := c.machine()
	if err != nil {
		return nil, err
	}
	if c.query.Get("files") == "keep" {
		m.unregister()
		m.tell("vm.unregister", detail{"by": "control"})
		return nil, nil
	}
	m.destroy()
	return nil, nil
}

// addUserSnapshot: somebody's own snapshot of a VM, made at once.
func addUserSnapshot(c controlCall) (interface{}, error) {
	order := struct {
		Vm, Name, Description string
		Memory, Quiesce       bool
		Count                 int
	}{Name: "before update", Count: 1}
	if err := c.into(&order); err != nil {
		return nil, err
	}
	m := c.w.vmByName(order.Vm)
	if m == nil {
		return nil, fmt.Errorf("no VM %q is registered", order.Vm)
	}
	for n := 0; n < order.Count; n++ {
		m.content.takeSnapshot(&snapshot{
			Name: order.Name, Description: order.Description, Memory: order.Memory, Quiesced: order.Quiesce, Created: time.Now().UTC(),
		})
	}
	m.save()
	return m.view(), nil
}

// addTag makes a tag, if need be, and hangs it on these VMs.
func addTag(c controlCall) (interface{}, error) {
	order := struct {
		Name string
		Vms  []string
	}{}
	if err := c.into(&order); err != nil {
		return nil, err
	}
	id := c.w.tags.ensure(order.Name)
	for _, name := range order.Vms {
		m := c.w.vmByName(name)
		if m == nil {
			return nil, fmt.Errorf("no VM %q is registered", name)
		}
		c.w.tags.attached[id][m.ref.Value] = true
	}
	return map[string]string{"id": id}, nil
}
