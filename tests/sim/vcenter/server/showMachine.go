package main

import (
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

// show renders the whole VM anew: property readers get copies of what stands here.
func (m *machine) show() {
	m.vm.Name = m.content.Name
	m.vm.ResourcePool = &m.pool
	if m.content.Template {
		m.vm.ResourcePool = nil
	}
	m.vm.Config = m.config()
	m.vm.LayoutEx = m.layout()
	m.vm.Snapshot = m.snapshotInfo()
	m.vm.RootSnapshot = m.rootSnapshots()
	m.vm.Guest = m.guest()
	m.vm.Runtime = m.runtime()
	m.vm.Datastore = m.datastores()
	m.vm.Summary = m.summary()
	m.vm.Capability.SnapshotOperationsSupported = true
	m.vm.Capability.QuiescedSnapshotsSupported = true
	m.w.touch(m.ref)
}

// showConnection is for what storage changes can change.
func (m *machine) showConnection() {
	if m.vm.Runtime.ConnectionState != m.connection() {
		m.show()
	}
}

func (m *machine) connection() types.VirtualMachineConnectionState {
	switch {
	case !m.host.responds():
		return types.VirtualMachineConnectionStateDisconnected
	case !m.volume.mountedOn(m.host) || !m.host.reaches(m.volume):
		return types.VirtualMachineConnectionStateInaccessible
	}
	return types.VirtualMachineConnectionStateConnected
}

func (m *machine) runtime() types.VirtualMachineRuntimeInfo {
	needs := m.content.needsConsolidation()
	runtime := types.VirtualMachineRuntimeInfo{
		Host: &m.host.mo.Self, ConnectionState: m.connection(), PowerState: m.power, ConsolidationNeeded: &needs,
		FaultToleranceState: types.VirtualMachineFaultToleranceStateNotConfigured,
	}
	if m.content.Hardware.Ft {
		runtime.FaultToleranceState = types.VirtualMachineFaultToleranceStateRunning
	}
	return runtime
}

func (m *machine) guest() *types.GuestInfo {
	info := &types.GuestInfo{
		GuestId: m.content.GuestId, GuestFullName: m.content.GuestId, GuestFamily: "linuxGuest", GuestState: "notRunning",
		ToolsStatus: types.VirtualMachineToolsStatusToolsNotRunning, ToolsRunningStatus: "guestToolsNotRunning",
		ToolsVersionStatus2: "guestToolsCurrent",
	}
	if m.content.windows() {
		info.GuestFamily = "windowsGuest"
	}
	if m.content.Tools == "notInstalled" {
		info.ToolsStatus, info.ToolsVersionStatus2 = types.VirtualMachineToolsStatusToolsNotInstalled, "guestToolsNotInstalled"
	}
	if m.toolsRun() {
		info.ToolsStatus, info.ToolsRunningStatus, info.GuestState = types.VirtualMachineToolsStatusToolsOk, "guestToolsRunning", "running"
		info.HostName, info.IpAddress = m.content.Name, m.content.Ip
	}
	return info
}

func (m *machine) summary() types.VirtualMachineSummary {
	return types.VirtualMachineSummary{
		Vm: &m.ref, Runtime: m.vm.Runtime, OverallStatus: types.ManagedEntityStatusGreen,
		Guest: &types.VirtualMachineGuestSummary{GuestId: m.content.GuestId, ToolsStatus: m.vm.Guest.ToolsStatus, ToolsRunningStatus: m.vm.Guest.ToolsRunningStatus},
		Config: types.VirtualMachineConfigSummary{
			Name: m.content.Name, Template: m.content.Template, VmPathName: m.vm.Config.Files.VmPathName,
			Uuid: m.content.Uuid, InstanceUuid: m.content.InstanceUuid, GuestId: m.content.GuestId,
			MemorySizeMB: m.content.MemoryMB, NumCpu: 2, NumVirtualDisks: int32(len(m.content.Disks)), Annotation: m.content.Annotation,
		},
	}
}

func (m *machine) datastores() []reference {
	list := []reference{}
	for _, v := range m.w.volumes {
		if v.store != nil && m.uses(v) {
			list = append(list, v.ref)
		}
	}
	return list
}

func (m *machine) config() *types.VirtualMachineConfigInfo {
	c, folder := m.content, m.volume.path(m.content.Dir)
	files := types.VirtualMachineFileInfo{
		VmPathName: m.volume.path(c.vmx()), SnapshotDirectory: folder + "/", SuspendDirectory: folder + "/", LogDirectory: folder + "/",
	}
	if c.Hardware.WorkingDir != "" {
		files.SnapshotDirectory, files.SuspendDirectory = c.Hardware.WorkingDir, c.Hardware.WorkingDir
	}
	if c.Hardware.LogDir != "" {
		files.LogDirectory = c.Hardware.LogDir
	}
	info := &types.VirtualMachineConfigInfo{
		Name: c.Name, Uuid: c.Uuid, InstanceUuid: c.InstanceUuid, GuestId: c.GuestId, GuestFullName: c.GuestId, Version: "vmx-19",
		Modified: time.Unix(1700000000, 0).UTC(), Template: c.Template, Annotation: c.Annotation, Files: files, Tools: &types.ToolsConfigInfo{},
		SwapPlacement: "inherit", ChangeTrackingEnabled: types.NewBool(false), Firmware: "efi",
		Hardware: types.VirtualHardware{NumCPU: 2, NumCoresPerSocket: 1, MemoryMB: c.MemoryMB, Device: m.devices()},
	}
	m.configExtras(info)
	return info
}

func (m *machine) configExtras(info *types.VirtualMachineConfigInfo) {
	hw := m.content.Hardware
	for key, value := range hw.Config {
		info.ExtraConfig = append(info.ExtraConfig, &types.OptionValue{Key: key, Value: value})
	}
	if hw.ManagedBy != "" {
		info.ManagedBy = &types.ManagedByInfo{ExtensionKey: hw.ManagedBy, Type: "cluster-agent"}
	}
	if hw.Ft {
		info.FtInfo = &types.FaultToleranceConfigInfo{Role: 1}
	}
}
