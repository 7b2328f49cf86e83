package main

import (
	"github.com/vmware/govmomi/vim25/types"
)

// copies are volumes whose signature names another LUN than the one they are found on: clones, or LUNs with a new NAA.
func (h *host) copies() map[string][]*volumeHeader {
	groups := map[string][]*volumeHeader{}
	for _, naa := range h.sortedNaas() {
		if !h.usable(naa) || h.uses(naa) {
			continue
		}
		header := readHeader(h.luns[naa].File)
		if header == nil || header.Extents[header.Ordinal] == naa {
			continue
		}
		groups[header.Uuid] = append(groups[header.Uuid], header)
		header.Extents = []string{naa} // where it is, not what it says
	}
	return groups
}

func (h *host) unresolved() []types.HostUnresolvedVmfsVolume {
	list := []types.HostUnresolvedVmfsVolume{}
	for uuid, headers := range h.copies() {
		volume := types.HostUnresolvedVmfsVolume{VmfsLabel: headers[0].Label, VmfsUuid: uuid, TotalBlocks: 1 << 20}
		seen, twice := map[int]bool{}, false
		for _, header := range headers {
			twice = twice || seen[header.Ordinal]
			seen[header.Ordinal] = true
			volume.Extent = append(volume.Extent, unresolvedExtent(header))
		}
		volume.ResolveStatus = types.HostUnresolvedVmfsVolumeResolveStatus{
			Resolvable: !twice, MultipleCopies: &twice, IncompleteExtents: types.NewBool(false),
		}
		list = append(list, volume)
	}
	return list
}

func unresolvedExtent(header *volumeHeader) types.HostUnresolvedVmfsExtent {
	name := "naa." + header.Extents[0]
	return types.HostUnresolvedVmfsExtent{
		Device: types.HostScsiDiskPartition{DiskName: name, Partition: 1}, DevicePath: "/vmfs/devices/disks/" + name + ":1",
		VmfsUuid: header.Uuid, IsHeadExtent: header.Ordinal == 0, Ordinal: int32(header.Ordinal),
		EndBlock: 1 << 20, Reason: string(types.HostUnresolvedVmfsExtentUnresolvedReasonDiskIdMismatch),
	}
}

// copyOn finds the unresolved volume on these devices, extents in their order.
func (h *host) copyOn(paths []string) (*volumeHeader, []string) {
	wanted := map[string]bool{}
	for _, path := range paths {
		wanted[naaOfPath(path)] = true
	}
	for _, headers := range h.copies() {
		naas := make([]string, len(paths))
		found := 0
		var head *volumeHeader
		for _, header := range headers {
			if !wanted[header.Extents[0]] || header.Ordinal >= len(naas) {
				continue
			}
			naas[header.Ordinal] = header.Extents[0]
			found++
			if header.Ordinal == 0 {
				head = header
			}
		}
		if head != nil && found == len(paths) {
			return head, naas
		}
	}
	return nil, nil
}

// forceMount keeps the signature. It cannot stand beside the original on one host.
func (h *host) forceMount(paths []string) (*volume, types.BaseMethodFault) {
	header, naas := h.copyOn(paths)
	if header == nil {
		return nil, &types.NotFound{}
	}
	if other := h.mounted[header.Uuid]; other != nil {
		return nil, &types.VmfsAlreadyMounted{VmfsMountFault: types.VmfsMountFault{Uuid: header.Uuid}}
	}
	v := h.w.volumeByUuid(header.Uuid, naas)
	if v == nil {
		v = &volume{w: h.w, header: *header, naas: naas, forced: true}
		h.w.volumes = append(h.w.volumes, v)
	}
	h.mount(v)
	return v, nil
}

// resignature gives the copy a signature and a label of its own. There is no way back.
func (h *host) resignature(paths []string) (*volume, types.BaseMethodFault) {
	header, naas := h.copyOn(paths)
	if header == nil {
		return nil, &types.NotFound{}
	}
	from := header.Uuid
	v := &volume{w: h.w, header: *header, naas: naas}
	v.header.Uuid, v.header.Extents = newVmfsUuid(), naas
	v.header.Label = "snap-" + randomHex(4) + "-" + header.Label
	if err := v.writeHeaders(); err != nil {
		return nil, &types.HostConfigFault{}
	}
	h.w.record.add(effect{Kind: "datastore.resignature", Host: h.name(), Detail: detail{"datastore": v.header.Label, "uuid": v.header.Uuid, "from": from}})
	h.w.volumes = append(h.w.volumes, v)
	h.mount(v)
	return v, nil
}
