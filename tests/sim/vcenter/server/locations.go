package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// showLocations puts scratch and core dump where clients look for them: an advanced option and the diagnostic partition.
func (h *host) showLocations() {
	path := "/tmp/scratch"
	if v := h.w.volumeByLabel(h.scratch); v != nil {
		path = "/vmfs/volumes/" + v.header.Uuid + "/.locker-" + h.name()
	}
	for _, key := range []string{"ScratchConfig.CurrentScratchLocation", "ScratchConfig.ConfiguredScratchLocation"} {
		h.setOption(key, path)
	}
	h.mo.Config.ActiveDiagnosticPartition = nil
	if h.coreDump != "" {
		h.mo.Config.ActiveDiagnosticPartition = &types.HostDiagnosticPartition{
			StorageType: "networkAttached", DiagnosticType: "singleHost", Slots: 1,
			Id: types.HostScsiDiskPartition{DiskName: "naa." + h.coreDump, Partition: 7},
		}
	}
	h.w.touch(h.mo.Self)
}

func (h *host) setOption(key, value string) {
	manager, ok := simulator.Map.Get(*h.mo.ConfigManager.AdvancedOption).(*simulator.OptionManager)
	if !ok {
		return
	}
	kept := []types.BaseOptionValue{}
	for _, option := range manager.Setting {
		if option.GetOptionValue().Key != key {
			kept = append(kept, option)
		}
	}
	manager.Setting = append(kept, &types.OptionValue{Key: key, Value: value})
}

// joinCluster moves the datastore into a datastore cluster (StoragePod) or out of it.
func (v *volume) joinCluster(join bool) {
	folder := simulator.Map.Get(v.w.inventory.dc.DatastoreFolder).(*simulator.Folder)
	pod := v.w.pod(folder)
	from, to := &folder.ChildEntity, &pod.ChildEntity
	v.store.Parent = &pod.Self
	if !join {
		from, to = to, from
		v.store.Parent = &folder.Self
	}
	simulator.RemoveReference(from, v.ref)
	*to = append(*to, v.ref)
	v.settings.cluster = join
	v.w.touch(folder.Self, pod.Self, v.ref)
}

func (w *world) pod(folder *simulator.Folder) *simulator.StoragePod {
	if w.inventory.pod == nil {
		pod := &simulator.StoragePod{}
		pod.Name, pod.Parent = "dscluster1", &folder.Self
		pod.Summary = &types.StoragePodSummary{Name: pod.Name}
		ref := put(pod)
		folder.ChildEntity = append(folder.ChildEntity, ref)
		w.inventory.pod = pod
	}
	return w.inventory.pod
}
