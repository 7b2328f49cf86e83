package main

import (
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// recentTasks is how many finished tasks a VM shows beside those that run.
const recentTasks = 10

type outcome func() (types.AnyType, types.BaseMethodFault)

// job is a task on its way. Only one that changes a VM keeps others off that VM.
type job struct {
	kind     string
	task     *simulator.Task
	vm       *machine
	host     *host
	cancel   chan struct{}
	canceled bool
}

// taskBoard counts what is in flight: now, at most, by host and by kind.
type taskBoard struct {
	jobs    map[*job]bool
	byRef   map[reference]*job
	Peak    int                       `json:"peak"`
	Hosts   map[string]int            `json:"peakByHost"`
	Kinds   map[string]int            `json:"peakByKind"`
	Started map[string]int            `json:"startedByKind"`
	PerHost map[string]map[string]int `json:"peakByKindAndHost"`
}

func newTaskBoard() *taskBoard {
	b := &taskBoard{jobs: map[*job]bool{}, byRef: map[reference]*job{}}
	b.reset()
	return b
}

func (b *taskBoard) reset() {
	b.Peak, b.Hosts, b.Kinds = len(b.jobs), map[string]int{}, map[string]int{}
	b.Started, b.PerHost = map[string]int{}, map[string]map[string]int{}
}

func (b *taskBoard) enter(j *job) {
	b.jobs[j], b.byRef[j.task.Self] = true, j
	b.Started[j.kind]++
	host := ""
	if j.host != nil {
		host = j.host.name()
	}
	if b.PerHost[j.kind] == nil {
		b.PerHost[j.kind] = map[string]int{}
	}
	kind, onHost, both := 0, 0, 0
	for other := range b.jobs {
		sameHost := other.host == j.host
		kind += count(other.kind == j.kind)
		onHost += count(sameHost)
		both += count(sameHost && other.kind == j.kind)
	}
	b.Peak = larger(b.Peak, len(b.jobs))
	b.Kinds[j.kind] = larger(b.Kinds[j.kind], kind)
	b.Hosts[host] = larger(b.Hosts[host], onHost)
	b.PerHost[j.kind][host] = larger(b.PerHost[j.kind][host], both)
}

func (b *taskBoard) leave(j *job) { delete(b.jobs, j) }

// start answers at once; the work is done, and seen, when the task's time is over.
func (w *world) start(on mo.Reference, kind string, m *machine, h *host, work outcome) reference {
	task := simulator.CreateTask(on, kind, nil)
	task.Info.Cancelable = kind == "createSnapshot"
	task.Info.Reason = &types.TaskReasonUser{UserName: w.options.user}
	if m != nil {
		m.takesPart(task)
	}
	j := &job{kind: kind, task: task, vm: m, host: h, cancel: make(chan struct{})}
	if m != nil {
		m.busy = j
	}
	w.tasks.enter(j)
	w.setTask(task, types.TaskInfoStateRunning)
	go w.run(j, work)
	return task.Self
}

// takesPart: the VM is what the task is about, also where a snapshot of it was called.
func (m *machine) takesPart(task *simulator.Task) {
	task.Info.EntityName, task.Info.Entity = m.content.Name, &m.ref
	m.vm.RecentTask = append(m.vm.RecentTask, task.Self)
	if len(m.vm.RecentTask) > recentTasks {
		m.vm.RecentTask = m.vm.RecentTask[1:]
	}
}

func (w *world) setTask(task *simulator.Task, state types.TaskInfoState) {
	now := time.Now()
	task.Info.State = state
	if state == types.TaskInfoStateRunning {
		task.Info.StartTime = &now
	} else {
		task.Info.CompleteTime = &now
	}
	w.touch(task.Self)
}

// run waits without the world's lock: for the task's duration, then for whatever fault holds it.
func (w *world) run(j *job, work outcome) {
	plan := w.trouble.planTask(w, j)
	w.Lock()
	duration := time.Duration(w.settings.TaskMs+plan.extraMs) * time.Millisecond
	w.Unlock()
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-j.cancel:
	}
	plan.before(j)
	w.finish(j, work, plan.fault)
	plan.after()
	w.Lock()
	w.complete(j)
	w.Unlock()
}

// finish has the effect, or the fault; nobody sees it in the task before complete.
func (w *world) finish(j *job, work outcome, planned types.BaseMethodFault) {
	w.Lock()
	defer w.Unlock()
	result, fault := types.AnyType(nil), planned
	switch {
	case j.canceled:
		fault = &types.RequestCanceled{}
		j.task.Info.Cancelled = true
	case fault == nil:
		result, fault = work()
	}
	j.task.Info.Result = result
	if fault != nil {
		j.task.Info.Error = &types.LocalizedMethodFault{Fault: fault, LocalizedMessage: faultName(fault)}
	}
	if j.vm != nil && j.vm.busy == j {
		j.vm.busy = nil
	}
}

func (w *world) complete(j *job) {
	w.tasks.leave(j)
	state := types.TaskInfoStateSuccess
	if j.task.Info.Error != nil {
		state = types.TaskInfoStateError
	}
	w.setTask(j.task, state)
}

func cancelTask(c *call, _ *types.CancelTask) (interface{}, types.BaseMethodFault) {
	j := c.w.tasks.byRef[c.method.This]
	if j == nil || !c.w.tasks.jobs[j] {
		return nil, &types.InvalidState{}
	}
	if !j.task.Info.Cancelable {
		return nil, &types.NotSupported{}
	}
	if !j.canceled {
		j.canceled = true
		close(j.cancel)
	}
	return nil, nil
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func larger(a, b int) int {
	if a > b {
		return a
	}
	return b
}
