package main

import "fmt"

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
	content.Mac = "00:50:56:" + content.InstanceUuid[0:2] + ":" + content.InstanceUuid[2:4] + ":" + content.InstanceUuid[4:6]
	content.Ip = fmt.Sprintf("10.7.%d.%d", n/250, n%250+1)
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
