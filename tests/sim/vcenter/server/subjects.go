package main

// effectOf names what a method changes; methods without one only read.
var effectOf = map[string]string{
	"Login": "session.login", "Logout": "session.logout",
	"CreateSnapshot_Task": "vm.snapshotCreate", "CreateSnapshotEx_Task": "vm.snapshotCreate",
	"RemoveSnapshot_Task": "vm.snapshotRemove", "RemoveAllSnapshots_Task": "vm.snapshotRemove",
	"RevertToSnapshot_Task": "vm.snapshotRevert", "RevertToCurrentSnapshot_Task": "vm.snapshotRevert",
	"ConsolidateVMDisks_Task": "vm.consolidate", "PowerOnVM_Task": "vm.power", "PowerOffVM_Task": "vm.power",
	"SuspendVM_Task": "vm.power", "ResetVM_Task": "vm.power", "ShutdownGuest": "vm.power",
	"UnregisterVM": "vm.unregister", "RegisterVM_Task": "vm.register", "Destroy_Task": "vm.destroy", "RelocateVM_Task": "vm.relocate",
	"UnmountVmfsVolume": "datastore.unmount", "MountVmfsVolume": "datastore.mount", "Rename_Task": "rename",
	"DetachScsiLun": "lun.detach", "AttachScsiLun": "lun.attach", "RescanHba": "rescan", "RescanAllHba": "rescan", "RescanVmfs": "datastore.mount",
	"ResolveMultipleUnresolvedVmfsVolumes": "datastore.mount", "ResignatureUnresolvedVmfsVolume_Task": "datastore.resignature",
	"SetEntityPermissions": "permission", "SetField": "vm.customValue", "SetCustomValue": "vm.customValue", "ReconfigureComputeResource_Task": "cluster.configure",
	"CancelTask": "task.cancel",
}

// subject finds the VM or the host that a call is about, for the records and for faults.
func (w *world) subject(ref reference) (vm, host string) {
	w.Lock()
	defer w.Unlock()
	m := w.vms[ref]
	if ref.Type == "VirtualMachineSnapshot" {
		m, _ = w.bySnapshot(ref)
	}
	if m != nil {
		return m.content.Name, m.host.name()
	}
	if h := w.hostByRef(ref); h != nil {
		return "", h.name()
	}
	return "", ""
}
