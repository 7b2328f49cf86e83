package main

import (
	"github.com/vmware/govmomi/vim25/types"
)

const (
	scsiKey  = 1000
	ideKey   = 200
	cdromKey = 3000
	pciKey   = 13000
	cardKey  = 4000
)

func (m *machine) devices() []types.BaseVirtualDevice {
	sharing := types.VirtualSCSISharing("noSharing")
	if m.content.Hardware.BusSharing != "" {
		sharing = types.VirtualSCSISharing(m.content.Hardware.BusSharing)
	}
	list := []types.BaseVirtualDevice{
		&types.VirtualIDEController{VirtualController: types.VirtualController{VirtualDevice: types.VirtualDevice{Key: ideKey}}},
		&types.ParaVirtualSCSIController{VirtualSCSIController: types.VirtualSCSIController{
			VirtualController: types.VirtualController{VirtualDevice: types.VirtualDevice{Key: scsiKey}}, SharedBus: sharing,
		}},
	}
	for n, d := range m.content.Disks {
		list = append(list, m.disk(d, int32(n)))
	}
	if m.content.Hardware.Pci {
		list = append(list, &types.VirtualPCIPassthrough{VirtualDevice: types.VirtualDevice{
			Key: pciKey, Backing: &types.VirtualPCIPassthroughDeviceBackingInfo{Id: "0000:3b:00.0", DeviceId: "10fb", VendorId: -32634},
		}})
	}
	return append(list, m.cdrom(), m.networkCard())
}

func (m *machine) networkCard() *types.VirtualVmxnet3 {
	card := types.VirtualEthernetCard{AddressType: "assigned", MacAddress: m.content.Mac}
	card.VirtualDevice = types.VirtualDevice{Key: cardKey, Backing: &types.VirtualEthernetCardNetworkBackingInfo{
		VirtualDeviceDeviceBackingInfo: types.VirtualDeviceDeviceBackingInfo{DeviceName: "VM Network"},
	}}
	return &types.VirtualVmxnet3{VirtualVmxnet: types.VirtualVmxnet{VirtualEthernetCard: card}}
}

func (m *machine) cdrom() *types.VirtualCdrom {
	connected := m.content.Hardware.Iso != ""
	device := types.VirtualDevice{
		Key: cdromKey, ControllerKey: ideKey, UnitNumber: types.NewInt32(0),
		Connectable: &types.VirtualDeviceConnectInfo{StartConnected: connected, Connected: connected && m.on(), AllowGuestControl: true},
		Backing:     &types.VirtualCdromRemotePassthroughBackingInfo{},
	}
	if connected {
		device.Backing = &types.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: m.fileBacking(m.content.Hardware.Iso)}
	}
	return &types.VirtualCdrom{VirtualDevice: device}
}

func (m *machine) fileBacking(file string) types.VirtualDeviceFileBackingInfo {
	backing := types.VirtualDeviceFileBackingInfo{FileName: file}
	label, _, _ := parsePath(file)
	if v := m.w.volumeByLabel(label); v != nil && v.store != nil {
		backing.Datastore = &v.ref
	}
	return backing
}

func (m *machine) disk(d *vmDisk, unit int32) *types.VirtualDisk {
	device := types.VirtualDevice{Key: d.Key, ControllerKey: scsiKey, UnitNumber: &unit}
	if d.Rdm != "" {
		device.Backing = m.rdm(d)
	} else {
		device.Backing = m.flat(d, d.chain(d.Current))
	}
	return &types.VirtualDisk{VirtualDevice: device, CapacityInKB: d.GiB << 20, CapacityInBytes: d.GiB << 30}
}

// flat shows the file in use and, as its parents, the chain beneath it.
func (m *machine) flat(d *vmDisk, chain []*diskFile) *types.VirtualDiskFlatVer2BackingInfo {
	backing := &types.VirtualDiskFlatVer2BackingInfo{
		VirtualDeviceFileBackingInfo: m.fileBacking(m.diskPath(d, chain[0].Name)),
		DiskMode:                     d.Mode, ThinProvisioned: types.NewBool(true), Uuid: stableUuid(d.Files[0].Name), Sharing: d.Sharing,
	}
	if len(chain) > 1 {
		backing.DeltaDiskFormat = "redoLogFormat"
		backing.Parent = m.flat(d, chain[1:])
	}
	return backing
}

func (m *machine) rdm(d *vmDisk) *types.VirtualDiskRawDiskMappingVer1BackingInfo {
	return &types.VirtualDiskRawDiskMappingVer1BackingInfo{
		VirtualDeviceFileBackingInfo: m.fileBacking(m.diskPath(d, d.Current)),
		DiskMode:                     d.Mode, CompatibilityMode: d.Rdm, DeviceName: "vml." + scsiUuid(d.RdmNaa), LunUuid: scsiUuid(d.RdmNaa), Sharing: d.Sharing,
	}
}
