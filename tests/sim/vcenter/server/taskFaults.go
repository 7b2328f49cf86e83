package main

import "time"

// taskPlan is what was decided about a task when it began.
type taskPlan struct {
	t       *trouble
	extraMs int
	fault   fault
	faults  []*faultRequest
	// What a hold says about it; read once, under the world's lock.
	entry held
}

func (t *trouble) planTask(w *world, j *job) taskPlan {
	vm, host := w.namesOf(j)
	plan := taskPlan{t: t, entry: held{Method: "task " + j.kind, Vm: vm, Host: host}, faults: t.take(taskKinds, func(match *faultMatch) bool {
		return match == nil || agrees(match.Task, j.kind) && agrees(match.Vm, vm) && agrees(match.Host, host)
	})}
	for _, f := range plan.faults {
		switch f.Kind {
		case "taskSlow":
			plan.extraMs += f.Ms
		case "taskFault":
			if plan.fault = namedFault(f.Fault); plan.fault == nil {
				plan.fault = namedFault("GenericVmConfigFault")
			}
		}
	}
	return plan
}

func (w *world) namesOf(j *job) (vm, host string) {
	w.Lock()
	defer w.Unlock()
	if j.vm != nil {
		vm = j.vm.content.Name
	}
	if j.host != nil {
		host = j.host.name()
	}
	return vm, host
}

// before holds the task before its effect; one that hangs ends only when it is cancelled or the faults are cleared.
func (p taskPlan) before(j *job) {
	for _, f := range p.faults {
		switch f.Kind {
		case "taskHang":
			p.t.waitWhileSet(f, j.cancel)
		case "taskHoldBefore":
			p.hold("before")
		}
	}
}

// after holds it when the effect is there and the task does not say so yet.
func (p taskPlan) after() {
	for _, f := range p.faults {
		if f.Kind == "taskHoldAfter" {
			p.hold("after")
		}
	}
}

func (p taskPlan) hold(when string) {
	p.entry.When = when
	p.t.holds.hold(p.entry)
}

func (t *trouble) waitWhileSet(f *faultRequest, cancel <-chan struct{}) {
	for t.isSet(f) {
		select {
		case <-cancel:
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (t *trouble) isSet(f *faultRequest) bool {
	t.Lock()
	defer t.Unlock()
	for _, other := range t.list {
		if other == f {
			return true
		}
	}
	return false
}
