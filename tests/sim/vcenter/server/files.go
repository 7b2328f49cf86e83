package main

import (
	"path"
	"strings"

	"github.com/vmware/govmomi/vim25/types"
)

// vmFile is one file of a VM, with the kind that layoutEx gives it.
type vmFile struct {
	path string
	kind string
	size int64
}

func (m *machine) files() []vmFile {
	c := m.content
	list := []vmFile{
		{m.volume.path(c.vmx()), "config", 3000}, {m.volume.path(c.file(".nvram")), "nvram", 8684},
		{m.volume.path(c.file(".vmsd")), "snapshotList", 0}, {m.logDirectory() + "vmware.log", "log", 200000},
	}
	if c.SwapFile {
		list = append(list, vmFile{m.swapFile(), "swap", int64(c.MemoryMB) << 20})
	}
	if c.Suspended {
		list = append(list, vmFile{m.workingDirectory() + path.Base(c.Dir) + ".vmss", "suspend", int64(c.MemoryMB) << 20})
	}
	for _, d := range c.Disks {
		list = append(list, m.diskFiles(d)...)
	}
	for _, s := range c.Snapshots {
		list = append(list, vmFile{m.snapshotFile(s, ".vmsn"), "snapshotData", 30000})
		if s.Memory {
			list = append(list, vmFile{m.snapshotFile(s, ".vmem"), "snapshotMemory", int64(c.MemoryMB) << 20})
		}
	}
	return list
}

func (m *machine) diskFiles(d *vmDisk) []vmFile {
	list := []vmFile{}
	for _, f := range d.Files {
		descriptor := m.diskPath(d, f.Name)
		list = append(list, vmFile{descriptor, "diskDescriptor", 500}, vmFile{extentOf(d, f, descriptor), "diskExtent", d.GiB << 28})
	}
	return list
}

func extentOf(d *vmDisk, f *diskFile, descriptor string) string {
	suffix := "-flat.vmdk"
	if d.Rdm == "physicalMode" {
		suffix = "-rdmp.vmdk"
	} else if d.Rdm != "" {
		suffix = "-rdm.vmdk"
	}
	if f.Parent != "" {
		suffix = "-sesparse.vmdk"
	}
	return strings.TrimSuffix(descriptor, ".vmdk") + suffix
}

func (m *machine) workingDirectory() string {
	if dir := m.content.Hardware.WorkingDir; dir != "" {
		return strings.TrimSuffix(dir, "/") + "/"
	}
	return m.volume.path(m.content.Dir + "/")
}

func (m *machine) logDirectory() string {
	if dir := m.content.Hardware.LogDir; dir != "" {
		return strings.TrimSuffix(dir, "/") + "/"
	}
	return m.volume.path(m.content.Dir + "/")
}

func (m *machine) swapFile() string {
	if m.content.Hardware.Swap != "" {
		return m.content.Hardware.Swap
	}
	return m.workingDirectory() + path.Base(m.content.Dir) + "-" + m.content.Uuid[:8] + ".vswp"
}

func (m *machine) snapshotFile(s *snapshot, extension string) string {
	return m.workingDirectory() + path.Base(m.content.Dir) + "-Snapshot" + itoa(s.Id) + extension
}

// layout is layoutEx: every file, and which of them belong to which disk and snapshot.
func (m *machine) layout() *types.VirtualMachineFileLayoutEx {
	layout := &types.VirtualMachineFileLayoutEx{Timestamp: m.w.started}
	keys := map[string]int32{}
	for n, f := range m.files() {
		keys[f.path] = int32(n)
		layout.File = append(layout.File, types.VirtualMachineFileLayoutExFileInfo{
			Key: int32(n), Name: f.path, Type: f.kind, Size: f.size, UniqueSize: f.size, Accessible: types.NewBool(true),
		})
	}
	for _, d := range m.content.Disks {
		layout.Disk = append(layout.Disk, m.diskLayout(d, d.Current, keys))
	}
	for _, s := range m.content.Snapshots {
		layout.Snapshot = append(layout.Snapshot, m.snapshotLayout(s, keys))
	}
	return layout
}

func (m *machine) diskLayout(d *vmDisk, current string, keys map[string]int32) types.VirtualMachineFileLayoutExDiskLayout {
	layout := types.VirtualMachineFileLayoutExDiskLayout{Key: d.Key}
	chain := d.chain(current)
	for n := len(chain) - 1; n >= 0; n-- { // base first
		descriptor := m.diskPath(d, chain[n].Name)
		unit := []int32{keys[descriptor], keys[extentOf(d, chain[n], descriptor)]}
		layout.Chain = append(layout.Chain, types.VirtualMachineFileLayoutExDiskUnit{FileKey: unit})
	}
	return layout
}

func (m *machine) snapshotLayout(s *snapshot, keys map[string]int32) types.VirtualMachineFileLayoutExSnapshotLayout {
	layout := types.VirtualMachineFileLayoutExSnapshotLayout{
		Key: m.snapshotRef(s), DataKey: keys[m.snapshotFile(s, ".vmsn")], MemoryKey: -1,
	}
	if s.Memory {
		layout.MemoryKey = keys[m.snapshotFile(s, ".vmem")]
	}
	for _, d := range m.content.Disks {
		if frozen, held := s.Disks[d.Key]; held {
			layout.Disk = append(layout.Disk, m.diskLayout(d, frozen, keys))
		}
	}
	return layout
}
