package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// forgetRules: a VM that leaves the inventory falls out of DRS and HA settings.
func (w *world) forgetRules(vm reference) {
	config, ok := w.inventory.cluster.ConfigurationEx.(*types.ClusterConfigInfoEx)
	if !ok {
		return
	}
	for _, rule := range config.Rule {
		switch r := rule.(type) {
		case *types.ClusterAffinityRuleSpec:
			simulator.RemoveReference(&r.Vm, vm)
		case *types.ClusterAntiAffinityRuleSpec:
			simulator.RemoveReference(&r.Vm, vm)
		}
	}
	for _, group := range config.Group {
		if g, ok := group.(*types.ClusterVmGroup); ok {
			simulator.RemoveReference(&g.Vm, vm)
		}
	}
	config.DasVmConfig = withoutDas(config.DasVmConfig, vm)
	config.DrsVmConfig = withoutDrs(config.DrsVmConfig, vm)
	w.touch(w.inventory.cluster.Self)
}

func withoutDas(list []types.ClusterDasVmConfigInfo, vm reference) []types.ClusterDasVmConfigInfo {
	kept := []types.ClusterDasVmConfigInfo{}
	for _, config := range list {
		if config.Key != vm {
			kept = append(kept, config)
		}
	}
	return kept
}

func withoutDrs(list []types.ClusterDrsVmConfigInfo, vm reference) []types.ClusterDrsVmConfigInfo {
	kept := []types.ClusterDrsVmConfigInfo{}
	for _, config := range list {
		if config.Key != vm {
			kept = append(kept, config)
		}
	}
	return kept
}
