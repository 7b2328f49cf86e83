package main

import "sort"

// tagBook is vCenter's tagging service: tags by id, and what they hang on. It knows VMs by moref, so a new moref has none.
type tagBook struct {
	names    map[string]string
	attached map[string]map[string]bool
}

const tagCategory = "urn:vmomi:InventoryServiceCategory:3c2b1a00-0000-4000-8000-000000000001:GLOBAL"

func newTagBook() *tagBook {
	return &tagBook{names: map[string]string{}, attached: map[string]map[string]bool{}}
}

// ensure finds a tag by name, or makes it.
func (b *tagBook) ensure(name string) string {
	for id, other := range b.names {
		if other == name {
			return id
		}
	}
	id := "urn:vmomi:InventoryServiceTag:" + stableUuid("tag "+name) + ":GLOBAL"
	b.names[id], b.attached[id] = name, map[string]bool{}
	return id
}

func (b *tagBook) forget(object string) {
	for _, objects := range b.attached {
		delete(objects, object)
	}
}

func (b *tagBook) idsOf(object string) []string {
	ids := []string{}
	for id, objects := range b.attached {
		if objects[object] {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	return ids
}

func (b *tagBook) namesOf(object string) []string {
	names := []string{}
	for _, id := range b.idsOf(object) {
		names = append(names, b.names[id])
	}
	sort.Strings(names)
	return names
}

func (b *tagBook) ids() []string {
	ids := []string{}
	for id := range b.names {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}
