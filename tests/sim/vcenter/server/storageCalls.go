package main

import (
	"github.com/vmware/govmomi/vim25/types"
)

type fault = types.BaseMethodFault

// storageHost is the host whose storage system is called, if it answers.
func (c *call) storageHost() (*host, fault) {
	h := c.w.hostByRef(c.method.This)
	if h == nil {
		return nil, &types.ManagedObjectNotFound{Obj: c.method.This}
	}
	if !h.responds() {
		return nil, &types.HostNotConnected{}
	}
	return h, nil
}

func (c *call) storageVolume(uuid string) (*host, *volume, fault) {
	h, fault := c.storageHost()
	if fault != nil {
		return nil, nil, fault
	}
	for _, v := range c.w.volumes {
		if v.header.Uuid == uuid && h.knows(v) {
			return h, v, nil
		}
	}
	return nil, nil, &types.NotFound{}
}

func unmountVolume(c *call, q *types.UnmountVmfsVolume) (interface{}, fault) {
	h, v, fault := c.storageVolume(q.VmfsUuid)
	switch {
	case fault != nil:
		return nil, fault
	case !v.mountedOn(h):
		return nil, &types.InvalidState{}
	}
	if user := h.userOf(v); user != "" {
		return nil, &types.ResourceInUse{Type: user, Name: v.header.Label}
	}
	h.unmount(v)
	return nil, nil
}

// userOf says what keeps the volume from being unmounted on this host; empty: nothing.
func (h *host) userOf(v *volume) string {
	for _, m := range h.w.vms {
		if m.host == h && m.uses(v) {
			return "VirtualMachine"
		}
	}
	switch {
	case h.scratch == v.header.Label:
		return "Scratch"
	case contains(v.naas, h.coreDump):
		return "CoreDump"
	case v.settings.heartbeat:
		return "HaHeartbeat"
	case v.settings.sioc:
		return "StorageIORM"
	case v.settings.cluster:
		return "StoragePod"
	}
	return ""
}

func mountVolume(c *call, q *types.MountVmfsVolume) (interface{}, fault) {
	h, v, fault := c.storageVolume(q.VmfsUuid)
	switch {
	case fault != nil:
		return nil, fault
	case v.mountedOn(h):
		return nil, &types.VmfsAlreadyMounted{VmfsMountFault: types.VmfsMountFault{Uuid: q.VmfsUuid}}
	}
	_ = c.w.readLuns()
	if !h.reaches(v) || readHeader(v.headFile()) == nil {
		return nil, &types.HostConfigFault{}
	}
	h.mount(v)
	return nil, nil
}

// storageLun finds a LUN by the ScsiLun.uuid of the call.
func (c *call) storageLun(uuid string) (*host, string, fault) {
	h, fault := c.storageHost()
	if fault != nil {
		return nil, "", fault
	}
	naa := naaOfUuid(uuid)
	if h.luns[naa] == nil {
		return nil, "", &types.NotFound{}
	}
	return h, naa, nil
}

func detachLun(c *call, q *types.DetachScsiLun) (interface{}, fault) {
	h, naa, fault := c.storageLun(q.LunUuid)
	switch {
	case fault != nil:
		return nil, fault
	case h.detached[naa]:
		return nil, &types.InvalidState{}
	case h.uses(naa) || h.mapsRaw(naa):
		return nil, &types.ResourceInUse{Type: "ScsiLun", Name: q.LunUuid}
	}
	h.detached[naa] = true
	c.w.record.add(effect{Kind: "lun.detach", Host: h.name(), Detail: detail{"naa": naa}})
	c.w.showStorage()
	return nil, nil
}

// mapsRaw: a VM that runs here has the LUN as a raw disk.
func (h *host) mapsRaw(naa string) bool {
	for _, m := range h.w.vms {
		if m.host != h || !m.on() {
			continue
		}
		for _, d := range m.content.Disks {
			if d.RdmNaa == naa {
				return true
			}
		}
	}
	return false
}

func attachLun(c *call, q *types.AttachScsiLun) (interface{}, fault) {
	h, naa, fault := c.storageLun(q.LunUuid)
	switch {
	case fault != nil:
		return nil, fault
	case !h.detached[naa]:
		return nil, &types.InvalidState{}
	}
	delete(h.detached, naa)
	c.w.record.add(effect{Kind: "lun.attach", Host: h.name(), Detail: detail{"naa": naa}})
	h.rescan()
	h.mountFound() // the host looks at a device that comes back by itself; what was unmounted stays so
	return nil, nil
}

// deleteLunState forgets that a LUN was detached, which only makes sense once it is gone.
func deleteLunState(c *call, q *types.DeleteScsiLunState) (interface{}, fault) {
	h, fault := c.storageHost()
	if fault != nil {
		return nil, fault
	}
	naa := naaOfUuid(q.LunCanonicalName)
	if naa == "" {
		naa = naaOfPath(q.LunCanonicalName)
	}
	if h.luns[naa] != nil || !h.detached[naa] {
		return nil, &types.InvalidState{}
	}
	delete(h.detached, naa)
	return nil, nil
}

func rescanHba(c *call, _ *types.RescanHba) (interface{}, fault) { return rescan(c) }

func rescanAllHba(c *call, _ *types.RescanAllHba) (interface{}, fault) { return rescan(c) }

func rescan(c *call) (interface{}, fault) {
	h, fault := c.storageHost()
	if fault != nil {
		return nil, fault
	}
	h.rescan()
	c.w.showStorage()
	return nil, nil
}

func rescanVmfs(c *call, _ *types.RescanVmfs) (interface{}, fault) {
	h, fault := c.storageHost()
	if fault != nil {
		return nil, fault
	}
	h.mountFound()
	return nil, nil
}

func refreshStorage(c *call, _ *types.RefreshStorageSystem) (interface{}, fault) {
	_, fault := c.storageHost()
	return nil, fault
}
