package main

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// volume is a VMFS volume: what its extents hold, and the datastore that vCenter shows for it.
type volume struct {
	w      *world
	header volumeHeader
	// naas are the LUNs that carry it now; they differ from header.Extents where a copy is force-mounted.
	naas  []string
	slots []*vmContent
	// store is nil while no host knows the volume.
	store    *simulator.Datastore
	ref      types.ManagedObjectReference
	settings datastoreSettings
	forced   bool
}

// datastoreSettings are what vCenter, not the LUN, knows about a datastore.
type datastoreSettings struct {
	sioc, cluster bool
	heartbeat     bool
}

func newVmfsUuid() string {
	stamp := time.Now().Unix()
	return fmt.Sprintf("%08x-%s-%s-%s", stamp, randomHex(4), randomHex(2), randomHex(6))
}

// format makes a new volume over these LUNs.
func (w *world) format(label string, luns []lunState) (*volume, error) {
	v := &volume{w: w, header: volumeHeader{Uuid: newVmfsUuid(), Label: label, Files: []string{}}}
	for _, lun := range luns {
		v.naas = append(v.naas, lun.Naa)
	}
	v.header.Extents = v.naas
	return v, v.writeHeaders()
}

func (v *volume) writeHeaders() error {
	v.header.Counter++
	for ordinal, naa := range v.naas {
		header := v.header
		header.Ordinal = ordinal
		if err := writeHeader(v.w.fileOf(naa), &header); err != nil {
			return err
		}
	}
	return nil
}

// headFile is where the VMs are.
func (v *volume) headFile() string { return v.w.fileOf(v.naas[0]) }

// load reads everything anew: the NAS may have put other bytes there while nobody had it mounted.
func (v *volume) load() error {
	header := readHeader(v.headFile())
	if header == nil {
		return fmt.Errorf("no volume on naa.%s", v.naas[0])
	}
	v.header = *header
	slots, err := readSlots(v.headFile(), header.Slots)
	v.slots = slots
	return err
}

// changedBeneath: the bytes are not those that we wrote last. On a mounted volume that means a corrupt file system.
func (v *volume) changedBeneath() bool {
	header := readHeader(v.headFile())
	return header == nil || header.Uuid != v.header.Uuid || header.Counter != v.header.Counter
}

// store writes one VM's files, or takes them away (content nil).
func (v *volume) write(slot int, content *vmContent) {
	if v.changedBeneath() {
		v.w.record.add(effect{Kind: "datastore.corrupted", Detail: detail{"datastore": v.header.Label}})
	}
	v.slots[slot] = content
	if err := writeSlot(v.headFile(), slot, content); err != nil {
		log.Printf("%s: %v", v.header.Label, err)
	}
	if err := v.writeHeaders(); err != nil {
		log.Printf("%s: %v", v.header.Label, err)
	}
}

func (v *volume) save(content *vmContent) {
	for slot, other := range v.slots {
		if other == content {
			v.write(slot, content)
			return
		}
	}
}

// add puts a VM's files into the first free slot.
func (v *volume) add(content *vmContent) {
	for slot, other := range v.slots {
		if other == nil {
			v.write(slot, content)
			return
		}
	}
	v.slots = append(v.slots, content)
	v.header.Slots = len(v.slots)
	v.write(len(v.slots)-1, content)
}

func (v *volume) remove(content *vmContent) {
	for slot, other := range v.slots {
		if other == content {
			v.write(slot, nil)
			return
		}
	}
}

// find answers the VM whose vmx has this path inside the volume.
func (v *volume) find(vmx string) *vmContent {
	for _, content := range v.slots {
		if content != nil && content.vmx() == vmx {
			return content
		}
	}
	return nil
}

func (v *volume) path(file string) string { return "[" + v.header.Label + "] " + file }

func (v *volume) url() string { return "ds:///vmfs/volumes/" + v.header.Uuid + "/" }

// parsePath cuts "[label] dir/file" in two.
func parsePath(path string) (label, file string, ok bool) {
	if !strings.HasPrefix(path, "[") {
		return "", "", false
	}
	label, file, ok = strings.Cut(path[1:], "]")
	return label, strings.TrimPrefix(file, " "), ok
}

func (v *volume) mountedOn(h *host) bool { return h.mounted[v.header.Uuid] == v }

func (v *volume) mountedAnywhere() bool {
	for _, h := range v.w.hosts {
		if v.mountedOn(h) {
			return true
		}
	}
	return false
}
