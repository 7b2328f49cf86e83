package main

import (
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

type powerState = types.VirtualMachinePowerState

const (
	poweredOn  = types.VirtualMachinePowerStatePoweredOn
	poweredOff = types.VirtualMachinePowerStatePoweredOff
	suspended  = types.VirtualMachinePowerStateSuspended
)

func (c *call) changePower(kind string, allowed []powerState, to powerState) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	if fault != nil {
		return nil, fault
	}
	for _, state := range allowed {
		if m.power == state {
			return c.w.start(m.vm, kind, m, m.host, func() (types.AnyType, types.BaseMethodFault) {
				return nil, m.turn(to)
			}), nil
		}
	}
	return nil, &types.InvalidPowerState{RequestedState: to, ExistingState: m.power}
}

func (m *machine) turn(to powerState) types.BaseMethodFault {
	if m.connection() != types.VirtualMachineConnectionStateConnected {
		return &types.InvalidState{}
	}
	m.setPower(to)
	m.tell("vm.power", detail{"power": string(to)})
	return nil
}

func powerOn(c *call, _ *types.PowerOnVM_Task) (interface{}, types.BaseMethodFault) {
	if m := c.machine(); m != nil && m.content.Template {
		return nil, &types.NotSupported{}
	}
	return c.changePower("powerOn", []powerState{poweredOff, suspended}, poweredOn)
}

func powerOff(c *call, _ *types.PowerOffVM_Task) (interface{}, types.BaseMethodFault) {
	return c.changePower("powerOff", []powerState{poweredOn, suspended}, poweredOff)
}

func suspend(c *call, _ *types.SuspendVM_Task) (interface{}, types.BaseMethodFault) {
	return c.changePower("suspend", []powerState{poweredOn}, suspended)
}

func reset(c *call, _ *types.ResetVM_Task) (interface{}, types.BaseMethodFault) {
	return c.changePower("reset", []powerState{poweredOn}, poweredOn)
}

// shutdownGuest answers at once; the guest is off a task's time later, or never when it hangs.
func shutdownGuest(c *call, _ *types.ShutdownGuest) (interface{}, types.BaseMethodFault) {
	m, fault := c.idleMachine()
	switch {
	case fault != nil:
		return nil, fault
	case !m.on():
		return nil, &types.InvalidPowerState{RequestedState: poweredOn, ExistingState: m.power}
	case !m.toolsRun():
		return nil, &types.ToolsUnavailable{}
	case c.w.trouble.guestIgnoresShutdown(m):
		return nil, nil
	}
	time.AfterFunc(time.Duration(c.w.settings.TaskMs)*time.Millisecond, func() {
		c.w.Lock()
		defer c.w.Unlock()
		if c.w.vms[m.ref] == m && m.on() {
			m.setPower(poweredOff)
			m.tell("vm.power", detail{"power": "poweredOff", "by": "guest"})
		}
	})
	return nil, nil
}
