package main

import (
	"github.com/vmware/govmomi/vim25/types"
)

func queryUnresolvedVolume(c *call, _ *types.QueryUnresolvedVmfsVolume) (interface{}, fault) {
	return queryUnresolved(c)
}

func queryUnresolvedVolumes(c *call, _ *types.QueryUnresolvedVmfsVolumes) (interface{}, fault) {
	return queryUnresolved(c)
}

func queryUnresolved(c *call) (interface{}, fault) {
	h, fault := c.storageHost()
	if fault != nil {
		return nil, fault
	}
	return h.unresolved(), nil
}

func resolveVolumes(c *call, q *types.ResolveMultipleUnresolvedVmfsVolumes) (interface{}, fault) {
	h, fault := c.storageHost()
	if fault != nil {
		return nil, fault
	}
	results := []types.HostUnresolvedVmfsResolutionResult{}
	for _, spec := range q.ResolutionSpec {
		result := types.HostUnresolvedVmfsResolutionResult{Spec: spec}
		v, fault := h.resolve(spec)
		if fault != nil {
			result.Fault = &types.LocalizedMethodFault{Fault: fault, LocalizedMessage: faultName(fault)}
		} else {
			result.Vmfs = v.vmfs()
		}
		results = append(results, result)
	}
	return results, nil
}

func (h *host) resolve(spec types.HostUnresolvedVmfsResolutionSpec) (*volume, fault) {
	if spec.UuidResolution == string(types.HostUnresolvedVmfsResolutionSpecVmfsUuidResolutionForceMount) {
		return h.forceMount(spec.ExtentDevicePath)
	}
	return h.resignature(spec.ExtentDevicePath)
}

// resignatureOnHost is vCenter's way: the other hosts of the cluster are rescanned too.
func resignatureOnHost(c *call, q *types.ResignatureUnresolvedVmfsVolume_Task) (interface{}, fault) {
	h, fault := c.storageHost()
	if fault != nil {
		return nil, fault
	}
	return c.w.start(c.self, "resignatureUnresolvedVmfsVolume", nil, h, func() (types.AnyType, types.BaseMethodFault) {
		v, fault := h.resignature(q.ResolutionSpec.ExtentDevicePath)
		if fault != nil {
			return nil, fault
		}
		result := types.HostResignatureRescanResult{Result: v.ref}
		for _, other := range c.w.hosts {
			if other != h && other.responds() {
				other.rescan()
				other.mountFound()
				result.Rescan = append(result.Rescan, types.HostVmfsRescanResult{Host: other.mo.Self})
			}
		}
		return result, nil
	}), nil
}
