package main

// takeSnapshot freezes what each disk is written to and lets the VM go on in delta files.
func (c *vmContent) takeSnapshot(s *snapshot) {
	c.LastSnapshot++
	s.Id, s.Parent, s.Disks = c.LastSnapshot, c.Current, map[int32]string{}
	for _, d := range c.Disks {
		if !d.snapshottable() {
			continue
		}
		s.Disks[d.Key] = d.Current
		d.grow(d.Current)
	}
	c.Snapshots = append(c.Snapshots, s)
	c.Current = s.Id
}

// revertTo gives up what was written since, on every disk that the snapshot holds.
func (c *vmContent) revertTo(s *snapshot) {
	for _, d := range c.Disks {
		frozen, held := s.Disks[d.Key]
		if !held {
			continue
		}
		left := d.Current
		d.Current = frozen
		if !c.frozen(d, left) {
			d.drop(left)
		}
		d.grow(frozen)
	}
	c.Current = s.Id
}

// forget takes a snapshot out of the tree; its children move up to its parent. The files stay until consolidate.
func (c *vmContent) forget(s *snapshot, children bool) {
	if children {
		for _, child := range c.childrenOf(s.Id) {
			c.forget(child, true)
		}
	}
	for _, child := range c.childrenOf(s.Id) {
		child.Parent = s.Parent
	}
	if c.Current == s.Id {
		c.Current = s.Parent
	}
	for i, other := range c.Snapshots {
		if other == s {
			c.Snapshots = append(c.Snapshots[:i], c.Snapshots[i+1:]...)
			return
		}
	}
}

func (c *vmContent) frozen(d *vmDisk, name string) bool {
	for _, s := range c.Snapshots {
		if s.Disks[d.Key] == name {
			return true
		}
	}
	return false
}

// consolidate deletes delta files that nobody needs and merges those that only carry one child.
func (c *vmContent) consolidate() {
	for _, d := range c.Disks {
		for c.mergeOne(d) {
		}
	}
}

// needsConsolidation: there are delta files that no snapshot accounts for.
func (c *vmContent) needsConsolidation() bool {
	for _, d := range c.Disks {
		if target, _ := c.mergeable(d); target != nil {
			return true
		}
	}
	return false
}

func (c *vmContent) mergeOne(d *vmDisk) bool {
	target, child := c.mergeable(d)
	if target == nil {
		return false
	}
	if child == nil {
		d.drop(target.Name)
		return true
	}
	c.merge(d, target, child)
	return true
}

// mergeable finds a file that no snapshot froze and that has no child (leftover) or exactly one.
func (c *vmContent) mergeable(d *vmDisk) (target, child *diskFile) {
	for _, f := range d.Files {
		if f.Name == d.Current || c.frozen(d, f.Name) {
			continue
		}
		children := d.children(f.Name)
		if len(children) == 0 {
			return f, nil
		}
		if len(children) == 1 {
			return f, children[0]
		}
	}
	return nil, nil
}

func (d *vmDisk) children(name string) []*diskFile {
	list := []*diskFile{}
	for _, f := range d.Files {
		if f.Parent == name {
			list = append(list, f)
		}
	}
	return list
}

// merge writes the child's data into target, which takes the child's place.
func (c *vmContent) merge(d *vmDisk, target, child *diskFile) {
	if child.Data != "" {
		target.Data = child.Data
	}
	for _, f := range d.children(child.Name) {
		f.Parent = target.Name
	}
	for _, s := range c.Snapshots {
		if s.Disks[d.Key] == child.Name {
			s.Disks[d.Key] = target.Name
		}
	}
	if d.Current == child.Name {
		d.Current = target.Name
	}
	d.drop(child.Name)
}

func (d *vmDisk) drop(name string) {
	for i, f := range d.Files {
		if f.Name == name {
			d.Files = append(d.Files[:i], d.Files[i+1:]...)
			return
		}
	}
}
