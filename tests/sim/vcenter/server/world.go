package main

import (
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

type detail = map[string]interface{}
type reference = types.ManagedObjectReference

// world is everything the simulated vCenter knows. Its lock guards the library's registry too: one caller at a time.
type world struct {
	sync.Mutex
	options options
	array   array
	record  *record
	trouble *trouble

	luns    []lunState
	hosts   []*host
	volumes []*volume
	vms     map[reference]*machine
	tasks   *taskBoard
	denied  map[string]bool

	sessions     map[string]*session
	restSessions map[string]bool
	tags         *tagBook
	changed      chan struct{}
	filters      map[*filter]bool

	inventory inventory
	settings  settings
	started   time.Time
}

// settings may be changed while it runs, over the control API.
type settings struct {
	TaskMs int `json:"taskMs"`
	// DatastoreLeavesWithLun (assumed): no host sees the LUN, so vCenter forgets the datastore; it returns under a new moref.
	DatastoreLeavesWithLun bool `json:"datastoreLeavesWithLun"`
	// UpdatesPerPage (assumed): how many objects WaitForUpdatesEx tells at once.
	UpdatesPerPage int `json:"updatesPerPage"`
	// ObjectsPerPage (assumed): how many objects one page of properties holds where the client sets no limit.
	ObjectsPerPage int `json:"objectsPerPage"`
	// SessionSeconds: an idle session ends after this long.
	SessionSeconds int `json:"sessionSeconds"`
}

func newWorld(o options, a array) *world {
	return &world{
		options: o, array: a, record: newRecord(), trouble: newTrouble(), tasks: newTaskBoard(),
		vms: map[reference]*machine{}, sessions: map[string]*session{}, restSessions: map[string]bool{}, tags: newTagBook(), filters: map[*filter]bool{},
		denied: map[string]bool{}, changed: make(chan struct{}), started: time.Now().UTC(),
		settings: settings{TaskMs: o.taskMs, DatastoreLeavesWithLun: true, UpdatesPerPage: 100, ObjectsPerPage: 1000, SessionSeconds: o.sessionSecs},
	}
}

// touch tells every filter that an object changed. The library's own changes arrive through the methods below.
func (w *world) touch(refs ...reference) {
	for f := range w.filters {
		for _, ref := range refs {
			f.dirty[ref] = true
		}
	}
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *world) Reference() reference { return reference{Type: "Simulator", Value: "world"} }

func (w *world) PutObject(o mo.Reference) { w.touch(o.Reference()) }

func (w *world) UpdateObject(o mo.Reference, _ []types.PropertyChange) { w.touch(o.Reference()) }

func (w *world) RemoveObject(ref reference) { w.touch(ref) }

func (w *world) fileOf(naa string) string {
	for _, lun := range w.luns {
		if lun.Naa == naa {
			return lun.File
		}
	}
	return ""
}

func (w *world) hostByRef(ref reference) *host {
	for _, h := range w.hosts {
		if h.mo.Self == ref || h.storage == ref || h.datastoreSystem == ref {
			return h
		}
	}
	return nil
}

func (w *world) hostByName(name string) *host {
	for _, h := range w.hosts {
		if h.mo.Name == name {
			return h
		}
	}
	return nil
}

func (w *world) vmByName(name string) *machine {
	for _, m := range w.vms {
		if m.content.Name == name {
			return m
		}
	}
	return nil
}

func (w *world) volumeByLabel(label string) *volume {
	for _, v := range w.volumes {
		if v.header.Label == label {
			return v
		}
	}
	return nil
}

func (w *world) volumeByRef(ref reference) *volume {
	for _, v := range w.volumes {
		if v.store != nil && v.ref == ref {
			return v
		}
	}
	return nil
}

func put(o mo.Reference) reference { return simulator.Map.Put(o).Reference() }
