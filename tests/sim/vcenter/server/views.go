package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// createContainerView is the library's, which does not look into datastore clusters.
func createContainerView(c *call, q *types.CreateContainerView) (interface{}, fault) {
	manager := c.self.(*simulator.ViewManager)
	body := manager.CreateContainerView(c.ctx, q).(*methods.CreateContainerViewBody)
	if f := body.Fault(); f != nil {
		fault, _ := f.VimFault().(types.BaseMethodFault)
		return nil, fault
	}
	view := c.session.library.Get(body.Res.Returnval).(*simulator.ContainerView)
	if pod := c.w.inventory.pod; pod != nil && q.Recursive && (len(q.Type) == 0 || contains(q.Type, "Datastore")) {
		for _, ref := range pod.ChildEntity {
			if !containsRef(view.View, ref) {
				view.View = append(view.View, ref)
			}
		}
	}
	return view.Self, nil
}

// modifyListView answers the objects that do not exist; the library would refuse all of them.
func modifyListView(c *call, q *types.ModifyListView) (interface{}, fault) {
	list := c.self.(*simulator.ListView)
	unknown := []reference{}
	for _, ref := range q.Remove {
		simulator.RemoveReference(&list.View, ref)
	}
	for _, ref := range q.Add {
		if c.session.library.Get(ref) == nil {
			unknown = append(unknown, ref)
		} else if !containsRef(list.View, ref) {
			list.View = append(list.View, ref)
		}
	}
	c.w.touch(list.Self)
	return unknown, nil
}

func containsRef(list []reference, ref reference) bool {
	return simulator.FindReference(list, ref) != nil
}
