package main

// operations are what this simulator does itself, by managed object type and method.
var operations map[string]operation

func init() {
	operations = map[string]operation{
		"SessionManager.Login":            on(login),
		"SessionManager.Logout":           on(logout),
		"SessionManager.SessionIsActive":  on(sessionIsActive),
		"SessionManager.TerminateSession": on(terminateSession),

		"PropertyCollector.RetrievePropertiesEx":         on(retrieve),
		"PropertyCollector.RetrieveProperties":           on(retrieveAll),
		"PropertyCollector.ContinueRetrievePropertiesEx": on(continueRetrieve),
		"PropertyCollector.CancelRetrievePropertiesEx":   on(cancelRetrieve),
		"PropertyCollector.CreateFilter":                 on(createFilter),
		"PropertyCollector.CreatePropertyCollector":      on(createCollector),
		"PropertyCollector.DestroyPropertyCollector":     on(destroyCollector),
		"PropertyCollector.CancelWaitForUpdates":         on(cancelWait),
		"PropertyFilter.DestroyPropertyFilter":           on(destroyFilter),

		"ViewManager.CreateContainerView": on(createContainerView),
		"ListView.ModifyListView":         on(modifyListView),

		"VirtualMachine.CreateSnapshot_Task":           on(createSnapshot),
		"VirtualMachine.CreateSnapshotEx_Task":         on(createSnapshotEx),
		"VirtualMachine.RevertToCurrentSnapshot_Task":  on(revertToCurrentSnapshot),
		"VirtualMachine.RemoveAllSnapshots_Task":       on(removeAllSnapshots),
		"VirtualMachine.ConsolidateVMDisks_Task":       on(consolidateDisks),
		"VirtualMachine.PowerOnVM_Task":                on(powerOn),
		"VirtualMachine.PowerOffVM_Task":               on(powerOff),
		"VirtualMachine.SuspendVM_Task":                on(suspend),
		"VirtualMachine.ResetVM_Task":                  on(reset),
		"VirtualMachine.ShutdownGuest":                 on(shutdownGuest),
		"VirtualMachine.UnregisterVM":                  on(unregisterVM),
		"VirtualMachine.Destroy_Task":                  on(destroyVM),
		"VirtualMachine.MarkAsTemplate":                on(markAsTemplate),
		"VirtualMachine.MarkAsVirtualMachine":          on(markAsVirtualMachine),
		"VirtualMachine.RelocateVM_Task":               on(relocate),
		"VirtualMachine.Rename_Task":                   on(renameEntity),
		"VirtualMachine.SetCustomValue":                on(setCustomValue),
		"VirtualMachineSnapshot.RemoveSnapshot_Task":   on(removeSnapshot),
		"VirtualMachineSnapshot.RevertToSnapshot_Task": on(revertToSnapshot),
		"VirtualMachineSnapshot.RenameSnapshot":        on(renameSnapshot),
		"Folder.RegisterVM_Task":                       on(registerVM),

		"HostStorageSystem.RescanHba":                              on(rescanHba),
		"HostStorageSystem.RescanAllHba":                           on(rescanAllHba),
		"HostStorageSystem.RescanVmfs":                             on(rescanVmfs),
		"HostStorageSystem.RefreshStorageSystem":                   on(refreshStorage),
		"HostStorageSystem.UnmountVmfsVolume":                      on(unmountVolume),
		"HostStorageSystem.MountVmfsVolume":                        on(mountVolume),
		"HostStorageSystem.DetachScsiLun":                          on(detachLun),
		"HostStorageSystem.AttachScsiLun":                          on(attachLun),
		"HostStorageSystem.DeleteScsiLunState":                     on(deleteLunState),
		"HostStorageSystem.QueryUnresolvedVmfsVolume":              on(queryUnresolvedVolume),
		"HostStorageSystem.ResolveMultipleUnresolvedVmfsVolumes":   on(resolveVolumes),
		"HostDatastoreSystem.QueryUnresolvedVmfsVolumes":           on(queryUnresolvedVolumes),
		"HostDatastoreSystem.ResignatureUnresolvedVmfsVolume_Task": on(resignatureOnHost),
		"HostDatastoreBrowser.SearchDatastore_Task":                on(searchDatastore),
		"HostDatastoreBrowser.SearchDatastoreSubFolders_Task":      on(searchSubFolders),
		"Datastore.Rename_Task":                                    on(renameEntity),
		"Task.CancelTask":                                          on(cancelTask),
		"AuthorizationManager.HasPrivilegeOnEntities":              on(hasPrivileges),
		"ClusterComputeResource.RetrieveDasAdvancedRuntimeInfo":    on(heartbeatInfo),
	}
}

// open may be called without a session.
var open = map[string]bool{"RetrieveServiceContent": true, "Login": true, "CurrentTime": true}

// ours are types whose methods in the library would not fit this model.
var ours = map[string]bool{
	"VirtualMachine": true, "VirtualMachineSnapshot": true, "HostStorageSystem": true, "HostDatastoreSystem": true,
	"HostDatastoreBrowser": true, "Datastore": true, "SessionManager": true, "Task": true,
}

// missingHere: CreateSnapshotEx_Task came with vSphere API 6.5.
func (w *world) missingHere(method string) bool {
	return method == "CreateSnapshotEx_Task" && olderThan(w.options.version, 6, 5)
}
