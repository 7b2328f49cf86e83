package main

import (
	"strings"

	"github.com/vmware/govmomi/vim25/types"
)

const hbaKey = "key-vim.host.InternetScsiHba-vmhba64"

func (h *host) deviceInfo() *types.HostStorageDeviceInfo {
	hba := h.softwareIscsi()
	topology := types.HostScsiTopologyInterface{Key: "key-vim.host.ScsiTopology.Interface-vmhba64", Adapter: hbaKey}
	info := &types.HostStorageDeviceInfo{
		HostBusAdapter:              []types.BaseHostHostBusAdapter{hba},
		ScsiLun:                     []types.BaseScsiLun{localDisk()},
		SoftwareInternetScsiEnabled: true,
	}
	for n, naa := range h.sortedNaas() {
		lun := h.luns[naa]
		disk := h.scsiDisk(lun)
		info.ScsiLun = append(info.ScsiLun, disk)
		topology.Target = append(topology.Target, types.HostScsiTopologyTarget{
			Key: "key-vim.host.ScsiTopology.Target-vmhba64:" + lun.Iqn, Target: int32(n),
			Transport: &types.HostInternetScsiTargetTransport{IScsiName: lun.Iqn},
			Lun:       []types.HostScsiTopologyLun{{Key: "key-vim.host.ScsiTopology.Lun-" + disk.Uuid, Lun: int32(lun.Number), ScsiLun: disk.Key}},
		})
	}
	info.ScsiTopology = &types.HostScsiTopology{Adapter: []types.HostScsiTopologyInterface{topology}}
	return info
}

func (h *host) softwareIscsi() *types.HostInternetScsiHba {
	return &types.HostInternetScsiHba{
		HostHostBusAdapter: types.HostHostBusAdapter{
			Key: hbaKey, Device: "vmhba64", Status: "online", Model: "iSCSI Software Adapter", Driver: "iscsi_vmk",
		},
		IsSoftwareBased: true,
		IScsiName:       h.iqn,
	}
}

// scsiUuid has the shape of a real one: 02, LUN type, NAA, the start of the model name.
func scsiUuid(naa string) string { return "0200000000" + naa + "695343534920" }

func (h *host) scsiDisk(lun *hostLun) *types.HostScsiDisk {
	path := "/vmfs/devices/disks/naa." + lun.Naa
	return &types.HostScsiDisk{
		ScsiLun: types.ScsiLun{
			HostDevice:       types.HostDevice{DeviceName: path, DeviceType: "disk"},
			Key:              "key-vim.host.ScsiDisk-" + scsiUuid(lun.Naa),
			Uuid:             scsiUuid(lun.Naa),
			CanonicalName:    "naa." + lun.Naa,
			DisplayName:      "QNAP iSCSI Disk (naa." + lun.Naa + ")",
			LunType:          "disk",
			Vendor:           "QNAP",
			Model:            "iSCSI Storage",
			Revision:         "4.0",
			ScsiLevel:        5,
			OperationalState: []string{h.operationalState(lun)},
			VStorageSupport:  "vStorageSupported",
		},
		Capacity:   types.HostDiskDimensionsLba{BlockSize: 512, Block: lun.Bytes / 512},
		DevicePath: path,
		LocalDisk:  types.NewBool(false),
	}
}

func (h *host) operationalState(lun *hostLun) string {
	switch {
	case h.detached[lun.Naa]:
		return string(types.ScsiLunStateOff)
	case lun.lost:
		return string(types.ScsiLunStateLostCommunication)
	}
	return string(types.ScsiLunStateOk)
}

// localDisk is what every ESXi boots from: a LUN that is none of ours.
func localDisk() *types.HostScsiDisk {
	return &types.HostScsiDisk{
		ScsiLun: types.ScsiLun{
			HostDevice: types.HostDevice{DeviceName: "/vmfs/devices/disks/mpx.vmhba0:C0:T0:L0", DeviceType: "disk"},
			Key:        "key-vim.host.ScsiDisk-local", Uuid: "01000000006d70782e766d686261", CanonicalName: "mpx.vmhba0:C0:T0:L0",
			LunType: "disk", Vendor: "VMware", Model: "Virtual disk", OperationalState: []string{"ok"},
		},
		Capacity:   types.HostDiskDimensionsLba{BlockSize: 512, Block: 67108864},
		DevicePath: "/vmfs/devices/disks/mpx.vmhba0:C0:T0:L0",
		LocalDisk:  types.NewBool(true),
	}
}

func (h *host) volumeInfo() types.HostFileSystemVolumeInfo {
	info := types.HostFileSystemVolumeInfo{VolumeTypeList: []string{"VMFS", "NFS"}}
	for _, v := range h.w.volumes {
		if h.knows(v) {
			info.MountInfo = append(info.MountInfo, types.HostFileSystemMountInfo{
				MountInfo: h.mountInfo(v), Volume: v.vmfs(), VStorageSupport: "vStorageSupported",
			})
		}
	}
	return info
}

func (h *host) mountInfo(v *volume) types.HostMountInfo {
	mounted, accessible := v.mountedOn(h), v.mountedOn(h) && h.reaches(v)
	info := types.HostMountInfo{
		Path: "/vmfs/volumes/" + v.header.Uuid, AccessMode: "readWrite", Mounted: &mounted, Accessible: &accessible,
	}
	if mounted && !accessible {
		info.InaccessibleReason = "AllPathsDown_Start"
	}
	return info
}

func (h *host) reaches(v *volume) bool {
	for _, naa := range v.naas {
		if !h.usable(naa) {
			return false
		}
	}
	return true
}

func (v *volume) vmfs() *types.HostVmfsVolume {
	volume := &types.HostVmfsVolume{
		HostFileSystemVolume: types.HostFileSystemVolume{Type: "VMFS", Name: v.header.Label, Capacity: v.bytes()},
		BlockSizeMb:          1, BlockSize: 1024, MaxBlocks: 63 << 20, MajorVersion: 6, Version: "6.82",
		Uuid: v.header.Uuid, Ssd: types.NewBool(false), Local: types.NewBool(false),
	}
	if v.forced {
		volume.ForceMountedInfo = &types.HostForceMountedInfo{Persist: true, Mounted: v.mountedAnywhere()}
	}
	for _, naa := range v.naas {
		volume.Extent = append(volume.Extent, types.HostScsiDiskPartition{DiskName: "naa." + naa, Partition: 1})
	}
	return volume
}

func (v *volume) bytes() (sum int64) {
	for _, naa := range v.naas {
		for _, lun := range v.w.luns {
			if lun.Naa == naa {
				sum += lun.Bytes
			}
		}
	}
	return sum
}

func naaOfPath(devicePath string) string {
	_, naa, _ := strings.Cut(devicePath, "naa.")
	naa, _, _ = strings.Cut(naa, ":")
	return naa
}

// naaOfUuid undoes scsiUuid; empty when it is none.
func naaOfUuid(uuid string) string {
	if len(uuid) < 22 {
		return ""
	}
	naa := uuid[10 : len(uuid)-12]
	if scsiUuid(naa) != uuid {
		return ""
	}
	return naa
}
