package main

import (
	"bytes"
	"context"
	"time"

	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// blocks are the methods that may wait.
var blocks = map[string]bool{"WaitForUpdatesEx": true, "WaitForUpdates": true, "CheckForUpdates": true}

// filter remembers what it has told, so that it tells only what changed since.
type filter struct {
	mo.PropertyFilter
	session *session
	owner   *collector
	told    map[reference]map[string]string
	dirty   map[reference]bool
	// pending: there is more to look at than dirty says (all of it at first, the rest after a truncated page).
	pending bool
}

func newFilter(s *session, owner *collector, spec types.PropertyFilterSpec) *filter {
	f := &filter{session: s, owner: owner}
	f.Spec = spec
	f.forget()
	return f
}

func (f *filter) forget() {
	f.told, f.dirty, f.pending = map[reference]map[string]string{}, map[reference]bool{}, true
}

// waitSpec is what the three ways of asking have in common.
func (c *call) waitSpec() (version string, limit int, wait time.Duration) {
	limit, wait = c.w.settings.UpdatesPerPage, 30*time.Minute
	switch q := c.method.Body.(type) {
	case *types.CheckForUpdates:
		return q.Version, limit, 0
	case *types.WaitForUpdates:
		return q.Version, limit, wait
	case *types.WaitForUpdatesEx:
		if q.Options != nil && q.Options.MaxWaitSeconds != nil {
			wait = time.Duration(*q.Options.MaxWaitSeconds) * time.Second
		}
		if q.Options != nil && q.Options.MaxObjectUpdates > 0 && int(q.Options.MaxObjectUpdates) < limit {
			limit = int(q.Options.MaxObjectUpdates)
		}
		return q.Version, limit, wait
	}
	return "", limit, 0
}

// wait answers as soon as there is something to tell; nothing at all when its time is over.
func (c *call) wait(gone context.Context) reply {
	own := c.self.(*collector)
	version, limit, wait := c.waitSpec()
	own.cancel() // a second wait on the same collector ends the first
	canceled := make(chan struct{})
	own.canceled = canceled
	over := time.NewTimer(wait)
	defer over.Stop()
	for {
		set, fault := own.updates(c, version, limit)
		if set != nil || fault != nil {
			return reply{value: set, fault: fault}
		}
		changed := c.w.changed
		c.w.Unlock()
		end := await(changed, canceled, over.C, gone.Done())
		c.w.Lock()
		if c.w.sessions[c.session.library.Key] == nil {
			return reply{fault: notAuthenticated(c.method.This)}
		}
		if end != nil {
			return *end
		}
	}
}

// await answers nil when something changed.
func await(changed, canceled <-chan struct{}, over <-chan time.Time, gone <-chan struct{}) *reply {
	select {
	case <-changed:
		return nil
	case <-canceled:
		return &reply{fault: &types.RequestCanceled{}}
	case <-over:
		return &reply{}
	case <-gone:
		return &reply{}
	}
}

// updates repeats the last answer to a client that asks again with the version before it: the answer was lost.
func (own *collector) updates(c *call, version string, limit int) (*types.UpdateSet, fault) {
	switch {
	case version == "":
		for _, f := range own.filters {
			f.forget()
		}
	case version == own.previous && own.last != nil:
		return own.last, nil
	case version != itoa(own.version):
		return nil, &types.InvalidCollectorVersion{}
	}
	set := &types.UpdateSet{}
	for _, f := range own.filters {
		objects, more := f.changes(c, limit)
		limit -= len(objects)
		if len(objects) > 0 {
			set.FilterSet = append(set.FilterSet, types.PropertyFilterUpdate{Filter: f.Self, ObjectSet: objects})
		}
		if more {
			set.Truncated = types.NewBool(true)
		}
	}
	if len(set.FilterSet) == 0 && version != "" {
		return nil, nil
	}
	own.version++
	set.Version = itoa(own.version)
	own.previous, own.last = version, set
	return set, nil
}

// changes compares what is now with what was told. It stops at the limit; the rest stays pending.
func (f *filter) changes(c *call, limit int) (list []types.ObjectUpdate, more bool) {
	if !f.pending && len(f.dirty) == 0 {
		return nil, false
	}
	members := f.members(c)
	present := map[reference]bool{}
	for _, ref := range members {
		present[ref] = true
	}
	for ref := range f.told {
		if !present[ref] {
			delete(f.told, ref)
			list = append(list, types.ObjectUpdate{Kind: types.ObjectUpdateKindLeave, Obj: ref})
		}
	}
	for _, ref := range members {
		if f.told[ref] != nil && !f.dirty[ref] {
			continue
		}
		if len(list) >= limit {
			f.pending = true
			return list, true
		}
		delete(f.dirty, ref)
		if update := f.compare(c, ref); update != nil {
			list = append(list, *update)
		}
	}
	f.dirty, f.pending = map[reference]bool{}, false
	return list, false
}

// members are the objects that the filter selects now.
func (f *filter) members(c *call) []reference {
	spec := types.PropertyFilterSpec{ObjectSet: f.Spec.ObjectSet, ReportMissingObjectsInResults: types.NewBool(true)}
	for _, p := range f.Spec.PropSet {
		spec.PropSet = append(spec.PropSet, types.PropertySpec{Type: p.Type})
	}
	objects, _ := c.read([]types.PropertyFilterSpec{spec})
	refs := []reference{}
	for _, object := range objects {
		refs = append(refs, object.Obj)
	}
	return refs
}

func (f *filter) compare(c *call, ref reference) *types.ObjectUpdate {
	objects, _ := c.read([]types.PropertyFilterSpec{{PropSet: f.Spec.PropSet, ObjectSet: []types.ObjectSpec{{Obj: ref}}}})
	if len(objects) == 0 {
		return nil
	}
	before, known := f.told[ref]
	now, update := map[string]string{}, types.ObjectUpdate{Kind: types.ObjectUpdateKindModify, Obj: ref}
	if !known {
		update.Kind = types.ObjectUpdateKindEnter
	}
	for _, p := range objects[0].PropSet {
		now[p.Name] = fingerprint(p.Val)
		if before[p.Name] != now[p.Name] {
			update.ChangeSet = append(update.ChangeSet, types.PropertyChange{Name: p.Name, Op: types.PropertyChangeOpAssign, Val: p.Val})
		}
	}
	for name := range before {
		if _, still := now[name]; !still {
			update.ChangeSet = append(update.ChangeSet, types.PropertyChange{Name: name, Op: types.PropertyChangeOpAssign})
		}
	}
	f.told[ref] = now
	if known && len(update.ChangeSet) == 0 {
		return nil
	}
	return &update
}

func fingerprint(value interface{}) string {
	var text bytes.Buffer
	_ = encodeElement(&text, value, "v")
	return text.String()
}
