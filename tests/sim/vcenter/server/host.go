package main

import (
	"sort"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// host is one ESXi and what it knows of the storage. A detached LUN and an unmounted volume stay so over a rescan.
type host struct {
	w               *world
	mo              *simulator.HostSystem
	system          *simulator.HostStorageSystem
	storage         reference
	datastoreSystem reference
	iqn             string

	luns      map[string]*hostLun
	detached  map[string]bool
	mounted   map[string]*volume
	unmounted map[string]bool

	scratch, coreDump string
}

type hostLun struct {
	lunState
	// lost: in use, and the storage no longer shows it (all paths down).
	lost bool
}

func newHost(w *world, system *simulator.HostSystem) *host {
	storage := simulator.Map.Get(*system.ConfigManager.StorageSystem).(*simulator.HostStorageSystem)
	h := &host{
		w: w, mo: system, system: storage, storage: storage.Self, datastoreSystem: *system.ConfigManager.DatastoreSystem,
		iqn:  "iqn.1998-01.com.vmware:" + system.Name + "-" + stableUuid(system.Name)[:8],
		luns: map[string]*hostLun{}, detached: map[string]bool{}, mounted: map[string]*volume{}, unmounted: map[string]bool{},
	}
	return h
}

func (h *host) name() string { return h.mo.Name }

func (h *host) responds() bool {
	return h.mo.Runtime.ConnectionState == types.HostSystemConnectionStateConnected
}

func (w *world) readLuns() error {
	luns, err := w.array.luns()
	if err == nil {
		w.luns = luns
	}
	return err
}

// rescan asks the storage which LUNs this host may see. Without an answer everything in use is lost.
func (h *host) rescan() {
	visible := map[string]lunState{}
	if h.w.readLuns() == nil {
		for _, lun := range h.w.luns {
			if lun.Ready && (lun.openTo == nil || lun.openTo(h.iqn)) {
				visible[lun.Naa] = lun
			}
		}
	}
	for naa, lun := range h.luns {
		_, there := visible[naa]
		lun.lost = !there
		if !there && !h.uses(naa) {
			delete(h.luns, naa)
		}
	}
	for naa, state := range visible {
		h.luns[naa] = &hostLun{lunState: state}
	}
	h.show()
}

func (h *host) uses(naa string) bool {
	for _, v := range h.mounted {
		if contains(v.naas, naa) {
			return true
		}
	}
	return false
}

// usable: listed, attached, not lost.
func (h *host) usable(naa string) bool {
	lun := h.luns[naa]
	return lun != nil && !lun.lost && !h.detached[naa]
}

func (h *host) sortedNaas() []string {
	naas := []string{}
	for naa := range h.luns {
		naas = append(naas, naa)
	}
	sort.Strings(naas)
	return naas
}

// knows: all extents are there, mounted or not.
func (h *host) knows(v *volume) bool {
	for _, naa := range v.naas {
		if lun := h.luns[naa]; lun == nil || h.detached[naa] {
			return false
		}
	}
	return !v.forced || v.mountedOn(h)
}

// show renders everything that depends on the host's storage.
func (h *host) show() {
	h.system.StorageDeviceInfo = h.deviceInfo()
	h.system.FileSystemVolumeInfo = h.volumeInfo()
	h.mo.Config.StorageDevice = h.system.StorageDeviceInfo
	h.mo.Config.FileSystemVolume = &h.system.FileSystemVolumeInfo
	h.mo.Datastore = h.mo.Datastore[:0:0]
	for _, v := range h.w.volumes {
		if v.store != nil && h.knows(v) {
			h.mo.Datastore = append(h.mo.Datastore, v.ref)
		}
	}
	h.w.touch(h.storage, h.mo.Self)
}

func contains(list []string, text string) bool {
	for _, other := range list {
		if other == text {
			return true
		}
	}
	return false
}
