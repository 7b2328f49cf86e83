package main

import (
	"sort"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

func stateView(c controlCall) (interface{}, error) {
	w := c.w
	return map[string]interface{}{
		"vms": viewMachines(w), "hosts": viewHosts(w), "datastores": viewVolumes(w), "tasks": w.tasks.view(),
		"sessions": len(w.sessions), "filters": len(w.filters), "version": w.options.version, "settings": w.settings,
	}, nil
}

func (b *taskBoard) view() interface{} {
	return map[string]interface{}{
		"inFlight": len(b.jobs), "peak": b.Peak, "peakByHost": b.Hosts, "peakByKind": b.Kinds,
		"startedByKind": b.Started, "peakByKindAndHost": b.PerHost,
	}
}

type snapshotView struct {
	Ref         string    `json:"ref"`
	Id          int       `json:"id"`
	Parent      int       `json:"parent"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Quiesced    bool      `json:"quiesced"`
	Memory      bool      `json:"memory"`
	Current     bool      `json:"current"`
	Created     time.Time `json:"created"`
}

type diskView struct {
	File  string   `json:"file"`
	Data  string   `json:"data"`
	Chain []string `json:"chain"`
	Files []string `json:"files"`
	Mode  string   `json:"mode"`
	Rdm   string   `json:"rdm,omitempty"`
}

type machineView struct {
	Name                string            `json:"name"`
	Ref                 string            `json:"ref"`
	Registered          bool              `json:"registered"`
	Uuid                string            `json:"uuid"`
	InstanceUuid        string            `json:"instanceUuid"`
	Power               string            `json:"power"`
	Connection          string            `json:"connection"`
	Host                string            `json:"host"`
	Folder              string            `json:"folder"`
	Pool                string            `json:"pool"`
	Datastore           string            `json:"datastore"`
	Vmx                 string            `json:"vmx"`
	Template            bool              `json:"template"`
	Tools               string            `json:"tools"`
	GuestId             string            `json:"guestId"`
	ConsolidationNeeded bool              `json:"consolidationNeeded"`
	Disks               []diskView        `json:"disks"`
	Snapshots           []snapshotView    `json:"snapshots"`
	CustomValues        map[string]string `json:"customValues"`
	Tags                []string          `json:"tags"`
}

// viewMachines lists what is registered, and after that what lies on mounted datastores without being so.
func viewMachines(w *world) []machineView {
	list := []machineView{}
	registered := map[*vmContent]bool{}
	for _, m := range w.sortedMachines() {
		registered[m.content] = true
		list = append(list, m.view())
	}
	for _, v := range w.volumes {
		for _, content := range v.slots {
			if content != nil && !registered[content] && v.mountedAnywhere() {
				list = append(list, contentView(v, content))
			}
		}
	}
	return list
}

func (m *machine) view() machineView {
	view := contentView(m.volume, m.content)
	view.Ref, view.Registered = m.ref.Value, true
	view.Power, view.Connection = string(m.power), string(m.connection())
	view.Host, view.Folder, view.Pool = m.host.name(), m.folder.Value, m.pool.Value
	view.CustomValues, view.Tags = m.customValues(), m.w.tags.namesOf(m.ref.Value)
	for i := range view.Snapshots {
		view.Snapshots[i].Ref = m.snapshotRefs[view.Snapshots[i].Id].Value
	}
	return view
}

func contentView(v *volume, c *vmContent) machineView {
	view := machineView{
		Name: c.Name, Uuid: c.Uuid, InstanceUuid: c.InstanceUuid, Datastore: v.header.Label, Vmx: v.path(c.vmx()),
		Template: c.Template, Tools: c.Tools, GuestId: c.GuestId, ConsolidationNeeded: c.needsConsolidation(),
		Disks: []diskView{}, Snapshots: []snapshotView{}, CustomValues: map[string]string{}, Tags: []string{},
	}
	for _, d := range c.Disks {
		view.Disks = append(view.Disks, viewDisk(d))
	}
	for _, s := range c.Snapshots {
		view.Snapshots = append(view.Snapshots, snapshotView{
			Id: s.Id, Parent: s.Parent, Name: s.Name, Description: s.Description, Quiesced: s.Quiesced, Memory: s.Memory,
			Current: s.Id == c.Current, Created: s.Created,
		})
	}
	return view
}

func viewDisk(d *vmDisk) diskView {
	view := diskView{File: d.Current, Data: d.data(), Mode: d.Mode, Rdm: d.Rdm, Chain: []string{}, Files: []string{}}
	for _, f := range d.chain(d.Current) {
		view.Chain = append(view.Chain, f.Name)
	}
	for _, f := range d.Files {
		view.Files = append(view.Files, f.Name)
	}
	return view
}

type hostLunView struct {
	Naa      string `json:"naa"`
	Name     string `json:"name"`
	State    string `json:"state"`
	Attached bool   `json:"attached"`
}

func viewHosts(w *world) []interface{} {
	list := []interface{}{}
	for _, h := range w.hosts {
		luns, mounted := []hostLunView{}, []string{}
		for _, naa := range h.sortedNaas() {
			luns = append(luns, hostLunView{naa, h.luns[naa].Name, h.operationalState(h.luns[naa]), !h.detached[naa]})
		}
		for _, v := range w.volumes {
			if v.mountedOn(h) {
				mounted = append(mounted, v.header.Label)
			}
		}
		list = append(list, map[string]interface{}{
			"name": h.name(), "ref": h.mo.Self.Value, "connection": h.mo.Runtime.ConnectionState, "iqn": h.iqn, "luns": luns,
			"mounted": mounted, "vms": len(h.mo.Vm), "detached": sortedKeys(h.detached),
		})
	}
	return list
}

func viewVolumes(w *world) []interface{} {
	list := []interface{}{}
	for _, v := range w.volumes {
		list = append(list, map[string]interface{}{
			"name": v.header.Label, "uuid": v.header.Uuid, "ref": v.ref.Value, "extents": v.naas, "mounted": v.mountedAnywhere(),
			"files": v.header.Files, "corrupt": v.mountedAnywhere() && v.changedBeneath(), "sioc": v.settings.sioc,
			"heartbeat": v.settings.heartbeat, "cluster": v.settings.cluster,
		})
	}
	return list
}

func (m *machine) customValues() map[string]string {
	names := map[int32]string{}
	for _, def := range simulator.Map.CustomFieldsManager().Field {
		names[def.Key] = def.Name
	}
	values := map[string]string{}
	for _, value := range m.vm.CustomValue {
		if text, ok := value.(*types.CustomFieldStringValue); ok {
			values[names[text.Key]] = text.Value
		}
	}
	return values
}

func sortedKeys(set map[string]bool) []string {
	keys := []string{}
	for key := range set {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
