package main

import (
	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// collector adds paging and waiting to the library's way of reading properties.
type collector struct {
	mo.PropertyCollector
	filters  []*filter
	version  int
	previous string
	last     *types.UpdateSet
	canceled chan struct{}
}

// installCollector makes every session's default collector one of ours.
func (w *world) installCollector() {
	own := &collector{}
	own.Self = w.inventory.content.PropertyCollector
	simulator.Map.Put(own)
}

// read lets the library collect. A path that does not exist is a fault, as in vCenter.
func (c *call) read(specs []types.PropertyFilterSpec) ([]types.ObjectContent, fault) {
	body := new(simulator.PropertyCollector).RetrievePropertiesEx(c.ctx, &types.RetrievePropertiesEx{SpecSet: specs})
	if f := body.Fault(); f != nil {
		fault, _ := f.VimFault().(types.BaseMethodFault)
		return nil, fault
	}
	objects := body.(*methods.RetrievePropertiesExBody).Res.Returnval.Objects
	for _, object := range objects {
		for _, missing := range object.MissingSet {
			if _, unknown := missing.Fault.Fault.(*types.InvalidProperty); unknown {
				return nil, &types.InvalidProperty{Name: missing.Path}
			}
		}
	}
	return objects, nil
}

func retrieve(c *call, q *types.RetrievePropertiesEx) (interface{}, fault) {
	objects, fault := c.read(q.SpecSet)
	if fault != nil || len(objects) == 0 {
		return nil, fault
	}
	limit := c.w.settings.ObjectsPerPage
	if q.Options.MaxObjects > 0 && int(q.Options.MaxObjects) < limit {
		limit = int(q.Options.MaxObjects)
	}
	return c.page(objects, limit), nil
}

func (c *call) page(objects []types.ObjectContent, limit int) *types.RetrieveResult {
	if limit <= 0 || len(objects) <= limit {
		return &types.RetrieveResult{Objects: objects}
	}
	token := itoa(limit) + "-" + uuid.New().String()
	c.session.pages[token] = objects[limit:]
	return &types.RetrieveResult{Token: token, Objects: objects[:limit]}
}

func retrieveAll(c *call, q *types.RetrieveProperties) (interface{}, fault) {
	objects, fault := c.read(q.SpecSet)
	return objects, fault
}

// continueRetrieve: a token is good for one page.
func continueRetrieve(c *call, q *types.ContinueRetrievePropertiesEx) (interface{}, fault) {
	rest, known := c.session.pages[q.Token]
	if !known {
		return nil, &types.InvalidArgument{InvalidProperty: "token"}
	}
	delete(c.session.pages, q.Token)
	return c.page(rest, leadingNumber(q.Token)), nil
}

func cancelRetrieve(c *call, q *types.CancelRetrievePropertiesEx) (interface{}, fault) {
	if _, known := c.session.pages[q.Token]; !known {
		return nil, &types.InvalidArgument{InvalidProperty: "token"}
	}
	delete(c.session.pages, q.Token)
	return nil, nil
}

func createCollector(c *call, _ *types.CreatePropertyCollector) (interface{}, fault) {
	own := &collector{}
	own.Self = reference{Type: "PropertyCollector", Value: "session[" + c.session.library.Key + "]" + uuid.New().String()}
	return c.session.library.Put(own).Reference(), nil
}

func destroyCollector(c *call, _ *types.DestroyPropertyCollector) (interface{}, fault) {
	own := c.self.(*collector)
	own.cancel()
	for _, f := range append([]*filter{}, own.filters...) {
		c.dropFilter(f)
	}
	c.session.library.Remove(own.Self)
	return nil, nil
}

func createFilter(c *call, q *types.CreateFilter) (interface{}, fault) {
	own := c.self.(*collector)
	f := newFilter(c.session, own, q.Spec)
	if _, fault := c.read([]types.PropertyFilterSpec{q.Spec}); fault != nil {
		return nil, fault
	}
	f.Spec, f.PartialUpdates = q.Spec, q.PartialUpdates
	f.Self = reference{Type: "PropertyFilter", Value: "session[" + c.session.library.Key + "]" + uuid.New().String()}
	c.session.library.Put(f)
	own.filters = append(own.filters, f)
	own.Filter = append(own.Filter, f.Self)
	c.w.filters[f] = true
	c.w.touch() // a wait that is under way must look at the new filter
	return f.Self, nil
}

func destroyFilter(c *call, _ *types.DestroyPropertyFilter) (interface{}, fault) {
	c.dropFilter(c.self.(*filter))
	return nil, nil
}

func (c *call) dropFilter(f *filter) {
	own := f.owner
	for i, other := range own.filters {
		if other == f {
			own.filters = append(own.filters[:i], own.filters[i+1:]...)
			break
		}
	}
	simulator.RemoveReference(&own.Filter, f.Self)
	delete(c.w.filters, f)
	c.session.library.Remove(f.Self)
}

func cancelWait(c *call, _ *types.CancelWaitForUpdates) (interface{}, fault) {
	c.self.(*collector).cancel()
	return nil, nil
}

func (own *collector) cancel() {
	if own.canceled != nil {
		close(own.canceled)
		own.canceled = nil
	}
}
