package main

import (
	"crypto/sha1"
	"fmt"
	"log"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// inventory names the places where things are put.
type inventory struct {
	content  *types.ServiceContent
	dc       *simulator.Datacenter
	cluster  *simulator.ClusterComputeResource
	vmFolder *simulator.Folder
	pool     *simulator.ResourcePool
	pod      *simulator.StoragePod
}

// build lets the library make the empty inventory and then puts hosts, datastores and VMs of our own into it.
func (w *world) build() error {
	model := simulator.VPX()
	model.Host, model.Datastore, model.Machine, model.Portgroup = 0, 0, 0, 0
	model.ClusterHost = w.options.hosts
	if err := model.Create(); err != nil {
		return err
	}
	simulator.Map.AddHandler(w)
	w.findPlaces()
	w.installCollector()
	w.buildHosts()
	if err := w.buildVolumes(); err != nil {
		return err
	}
	return w.buildMachines()
}

func (w *world) findPlaces() {
	registry := simulator.Map
	i := &w.inventory
	i.content = &registry.Get(vim25.ServiceInstance).(*simulator.ServiceInstance).Content
	i.content.About.Version, i.content.About.ApiVersion = shortVersion(w.options.version), w.options.version
	i.content.About.Name, i.content.About.Build = "VMware vCenter Server", "22617221"
	i.content.About.FullName = "VMware vCenter Server " + shortVersion(w.options.version) + " build-22617221 (simulated)"
	i.content.About.InstanceUuid = uuid.New().String()
	i.dc = registry.Any("Datacenter").(*simulator.Datacenter)
	i.cluster = registry.Any("ClusterComputeResource").(*simulator.ClusterComputeResource)
	i.vmFolder = registry.Get(i.dc.VmFolder).(*simulator.Folder)
	i.pool = registry.Get(*i.cluster.ResourcePool).(*simulator.ResourcePool)
	i.cluster.Name = "cluster1"
}

func (w *world) buildHosts() {
	for n, ref := range w.inventory.cluster.Host {
		system := simulator.Map.Get(ref).(*simulator.HostSystem)
		system.Name = fmt.Sprintf("esx%d.sim", n+1)
		system.Summary.Config.Name = system.Name
		system.Runtime.ConnectionState = types.HostSystemConnectionStateConnected
		system.Runtime.PowerState = types.HostSystemPowerStatePoweredOn
		w.hosts = append(w.hosts, newHost(w, system))
	}
}

func (w *world) buildVolumes() error {
	if err := w.readLuns(); err != nil {
		return err
	}
	for _, spec := range w.datastoreSpecs() {
		luns := []lunState{}
		for _, name := range spec.luns {
			lun := w.lunByName(name)
			if lun == nil {
				return fmt.Errorf("--datastore %s: the NAS has no LUN %q", spec.name, name)
			}
			luns = append(luns, *lun)
		}
		if header := readHeader(luns[0].File); header != nil {
			continue
		}
		if _, err := w.format(spec.name, luns); err != nil {
			return err
		}
	}
	for _, h := range w.hosts {
		h.rescan()
		h.mountFound()
		h.showLocations()
	}
	return nil
}

// datastoreSpecs: one for each LUN where the command line names none.
func (w *world) datastoreSpecs() []datastoreSpec {
	if len(w.options.datastores) > 0 {
		return w.options.datastores
	}
	specs := []datastoreSpec{}
	for _, lun := range w.luns {
		if lun.Ready {
			specs = append(specs, datastoreSpec{"ds-" + lun.Name, []string{lun.Name}})
		}
	}
	return specs
}

func (w *world) lunByName(name string) *lunState {
	for i := range w.luns {
		if w.luns[i].Name == name {
			return &w.luns[i]
		}
	}
	return nil
}

// firstVolume is where VMs go unless somebody says otherwise.
func (w *world) firstVolume() *volume {
	for _, spec := range w.datastoreSpecs() {
		if v := w.volumeByLabel(spec.name); v != nil {
			return v
		}
	}
	if len(w.volumes) > 0 {
		return w.volumes[0]
	}
	return nil
}

// buildMachines registers what the datastores already hold; only an empty first datastore gets --vms new VMs.
func (w *world) buildMachines() error {
	found := 0
	for _, v := range w.volumes {
		for _, content := range v.slots {
			if content != nil {
				w.register(v, content, placement{host: w.hosts[found%len(w.hosts)]})
				found++
			}
		}
	}
	if found > 0 || w.options.vms == 0 {
		return nil
	}
	if w.firstVolume() == nil {
		return fmt.Errorf("--vms needs a datastore: no LUN is mapped, enabled and free of foreign signatures")
	}
	for n := 0; n < w.options.vms; n++ {
		m, err := w.createMachine(vmRequest{Name: fmt.Sprintf("vm%03d", n+1)}, n)
		if err != nil {
			return err
		}
		m.setPower(types.VirtualMachinePowerStatePoweredOn)
	}
	return nil
}

// stableUuid is the same for the same text, as ids of simulated hardware should be.
func stableUuid(text string) string {
	sum := sha1.Sum([]byte(text))
	id, err := uuid.FromBytes(sum[:16])
	if err != nil {
		log.Panic(err)
	}
	return id.String()
}

func entity(ref reference) mo.Entity {
	e, _ := simulator.Map.Get(ref).(mo.Entity)
	return e
}
