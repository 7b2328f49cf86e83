package main

import (
	"log"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// mountFound is what a VMFS rescan does: volumes with a right signature are mounted, unless somebody unmounted them here.
func (h *host) mountFound() {
	for _, naa := range h.sortedNaas() {
		if !h.usable(naa) {
			continue
		}
		header := readHeader(h.luns[naa].File)
		if header == nil || header.Extents[header.Ordinal] != naa || header.Ordinal != 0 {
			continue
		}
		h.found(header)
	}
	h.w.showStorage()
}

func (h *host) found(header *volumeHeader) {
	for _, naa := range header.Extents {
		if !h.usable(naa) {
			return
		}
	}
	v := h.w.volumeByUuid(header.Uuid, header.Extents)
	if v == nil {
		v = &volume{w: h.w, header: *header, naas: header.Extents}
		h.w.volumes = append(h.w.volumes, v)
	}
	if h.mounted[header.Uuid] == nil && !h.unmounted[header.Uuid] {
		h.mount(v)
	}
}

func (w *world) volumeByUuid(uuid string, naas []string) *volume {
	for _, v := range w.volumes {
		if v.header.Uuid == uuid && v.naas[0] == naas[0] {
			return v
		}
	}
	return nil
}

// mount reads the volume anew when no other host has it mounted: what counts is what the LUN holds now.
func (h *host) mount(v *volume) {
	if !v.mountedAnywhere() {
		if err := v.load(); err != nil {
			log.Printf("%s: mount: %v", h.name(), err)
			return
		}
		v.adoptContents()
	}
	h.mounted[v.header.Uuid] = v
	delete(h.unmounted, v.header.Uuid)
	h.w.record.add(effect{Kind: "datastore.mount", Host: h.name(), Detail: detail{"datastore": v.header.Label, "uuid": v.header.Uuid}})
	h.w.showStorage()
}

func (h *host) unmount(v *volume) {
	delete(h.mounted, v.header.Uuid)
	h.unmounted[v.header.Uuid] = true
	h.w.record.add(effect{Kind: "datastore.unmount", Host: h.name(), Detail: detail{"datastore": v.header.Label, "uuid": v.header.Uuid}})
	h.w.showStorage()
}

// adoptContents: VMs that are still registered go on with the files that are there now.
func (v *volume) adoptContents() {
	for _, m := range v.w.vms {
		if m.volume != v {
			continue
		}
		if content := v.find(m.content.vmx()); content != nil {
			m.content = content
			m.forgetSnapshots()
		}
		m.show()
	}
}

// showStorage renders datastores first, hosts after them.
func (w *world) showStorage() {
	for _, v := range append([]*volume{}, w.volumes...) {
		v.show()
	}
	for _, h := range w.hosts {
		h.show()
	}
	for _, m := range w.vms {
		m.showConnection()
	}
}

func (v *volume) knownAnywhere() bool {
	for _, h := range v.w.hosts {
		if h.knows(v) {
			return true
		}
	}
	return false
}

func (v *volume) hasMachines() bool {
	for _, m := range v.w.vms {
		if m.uses(v) {
			return true
		}
	}
	return false
}

// show creates, updates or removes the datastore that vCenter lists for the volume.
func (v *volume) show() {
	known := v.knownAnywhere() || v.hasMachines()
	if !known && v.w.settings.DatastoreLeavesWithLun {
		v.leave()
		return
	}
	if v.store == nil {
		v.enter()
	}
	v.render()
	v.w.touch(v.ref)
}

func (v *volume) enter() {
	i := v.w.inventory
	folder := simulator.Map.Get(i.dc.DatastoreFolder).(*simulator.Folder)
	v.store = &simulator.Datastore{}
	v.store.Name = v.header.Label
	v.store.Parent = &folder.Self
	v.store.Browser = put(&simulator.HostDatastoreBrowser{})
	v.store.Capability = types.DatastoreCapability{DirectoryHierarchySupported: true, StorageIORMSupported: types.NewBool(true)}
	v.ref = put(v.store)
	folder.ChildEntity = append(folder.ChildEntity, v.ref)
	i.dc.Datastore = append(i.dc.Datastore, v.ref)
	i.cluster.Datastore = append(i.cluster.Datastore, v.ref)
	v.w.touch(folder.Self, i.dc.Self, i.cluster.Self)
}

func (v *volume) leave() {
	for n, other := range v.w.volumes {
		if other == v {
			v.w.volumes = append(v.w.volumes[:n], v.w.volumes[n+1:]...)
			break
		}
	}
	if v.store == nil {
		return
	}
	i := v.w.inventory
	folder := simulator.Map.Get(*v.store.Parent)
	if f, ok := folder.(*simulator.Folder); ok {
		simulator.RemoveReference(&f.ChildEntity, v.ref)
	}
	simulator.RemoveReference(&i.dc.Datastore, v.ref)
	simulator.RemoveReference(&i.cluster.Datastore, v.ref)
	simulator.Map.Remove(v.store.Browser)
	simulator.Map.Remove(v.ref)
	v.w.touch(folder.Reference(), i.dc.Self, i.cluster.Self)
	v.store = nil
}

func (v *volume) render() {
	accessible, hosts := false, []types.DatastoreHostMount{}
	for _, h := range v.w.hosts {
		if h.knows(v) {
			info := h.mountInfo(v)
			accessible = accessible || *info.Accessible
			hosts = append(hosts, types.DatastoreHostMount{Key: h.mo.Self, MountInfo: info})
		}
	}
	v.store.Name, v.store.Host = v.header.Label, hosts
	v.store.Info = &types.VmfsDatastoreInfo{
		DatastoreInfo: types.DatastoreInfo{Name: v.header.Label, Url: v.url(), FreeSpace: v.bytes() / 2, MaxFileSize: 64 << 40},
		Vmfs:          v.vmfs(),
	}
	v.store.Summary = types.DatastoreSummary{
		Datastore: &v.ref, Name: v.header.Label, Url: v.url(), Capacity: v.bytes(), FreeSpace: v.bytes() / 2,
		Accessible: accessible, MultipleHostAccess: types.NewBool(len(hosts) > 1), Type: "VMFS", MaintenanceMode: "normal",
	}
	v.store.IormConfiguration = &types.StorageIORMInfo{Enabled: v.settings.sioc, CongestionThreshold: 30}
	v.store.Vm = nil
	for _, m := range v.w.sortedMachines() {
		if m.uses(v) {
			v.store.Vm = append(v.store.Vm, m.ref)
		}
	}
}
