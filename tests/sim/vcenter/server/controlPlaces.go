package main

import (
	"fmt"

	"github.com/vmware/govmomi/vim25/types"
)

// changeHost: connection is connected, notResponding or disconnected; scratch a datastore's name, coreDump a LUN's NAA.
func changeHost(c controlCall) (interface{}, error) {
	h := c.w.hostByName(c.rest)
	if h == nil {
		return nil, fmt.Errorf("no host %q", c.rest)
	}
	order := struct{ Connection, Scratch, CoreDump *string }{}
	if err := c.into(&order); err != nil {
		return nil, err
	}
	if order.Connection != nil {
		h.mo.Runtime.ConnectionState = types.HostSystemConnectionState(*order.Connection)
	}
	set(&h.scratch, order.Scratch)
	set(&h.coreDump, order.CoreDump)
	h.showLocations()
	c.w.showStorage()
	return nil, nil
}

// changeDatastore: SIOC, HA heartbeat, datastore cluster, loose files.
func changeDatastore(c controlCall) (interface{}, error) {
	v := c.w.volumeByLabel(c.rest)
	if v == nil {
		return nil, fmt.Errorf("no datastore %q", c.rest)
	}
	order := struct {
		Sioc, Heartbeat, Cluster *bool
		Files                    []string
	}{}
	if err := c.into(&order); err != nil {
		return nil, err
	}
	set(&v.settings.sioc, order.Sioc)
	set(&v.settings.heartbeat, order.Heartbeat)
	if order.Files != nil {
		v.header.Files = order.Files
		if err := v.writeHeaders(); err != nil {
			return nil, err
		}
	}
	if order.Cluster != nil && *order.Cluster != v.settings.cluster {
		v.joinCluster(*order.Cluster)
	}
	c.w.showStorage()
	return nil, nil
}

// useNas: the NAS simulator was started again and its control API is somewhere else.
func useNas(c controlCall) (interface{}, error) {
	order := struct{ Url string }{}
	if err := c.into(&order); err != nil {
		return nil, err
	}
	c.w.array = newNas(order.Url)
	return nil, c.w.readLuns()
}
