package main

import (
	"path"
	"strconv"
	"strings"
	"time"
)

// vmContent is a VM as its files on the datastore describe it: vmx, vmsd, disks and what the guest wrote.
type vmContent struct {
	Dir          string      `json:"dir"`
	Name         string      `json:"name"`
	Uuid         string      `json:"uuid"`
	InstanceUuid string      `json:"instanceUuid"`
	GuestId      string      `json:"guestId"`
	Tools        string      `json:"tools"`
	MemoryMB     int32       `json:"memoryMB"`
	Mac          string      `json:"mac"`
	Ip           string      `json:"ip"`
	Template     bool        `json:"template,omitempty"`
	Annotation   string      `json:"annotation,omitempty"`
	Disks        []*vmDisk   `json:"disks"`
	Snapshots    []*snapshot `json:"snapshots,omitempty"`
	// Current is the id of the snapshot that the VM runs on; 0: none.
	Current      int    `json:"current,omitempty"`
	LastSnapshot int    `json:"lastSnapshot,omitempty"`
	SwapFile     bool   `json:"swapFile,omitempty"`
	Suspended    bool   `json:"suspended,omitempty"`
	Hardware     extras `json:"hardware"`
}

// extras are devices and settings that make a VM hard to snapshot, to move or to leave alone.
type extras struct {
	Iso        string            `json:"iso,omitempty"`
	Pci        bool              `json:"pci,omitempty"`
	Ft         bool              `json:"ft,omitempty"`
	BusSharing string            `json:"busSharing,omitempty"`
	ManagedBy  string            `json:"managedBy,omitempty"`
	Swap       string            `json:"swap,omitempty"`
	WorkingDir string            `json:"workingDir,omitempty"`
	LogDir     string            `json:"logDir,omitempty"`
	Config     map[string]string `json:"config,omitempty"`
}

// vmDisk is one virtual disk: a tree of files of which one is written to.
type vmDisk struct {
	Key       int32       `json:"key"`
	GiB       int64       `json:"gib"`
	Mode      string      `json:"mode"`
	Sharing   string      `json:"sharing,omitempty"`
	Rdm       string      `json:"rdm,omitempty"`
	RdmNaa    string      `json:"rdmNaa,omitempty"`
	Datastore string      `json:"datastore,omitempty"`
	Current   string      `json:"current"`
	Files     []*diskFile `json:"files"`
}

// diskFile is a vmdk. Data is what the guest wrote while this file was current; empty: as in the parent.
type diskFile struct {
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"`
	Data   string `json:"data,omitempty"`
}

type snapshot struct {
	Id          int       `json:"id"`
	Parent      int       `json:"parent,omitempty"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Created     time.Time `json:"created"`
	Quiesced    bool      `json:"quiesced,omitempty"`
	Memory      bool      `json:"memory,omitempty"`
	// Disks says which file of each disk holds the state of the snapshot.
	Disks map[int32]string `json:"disks"`
}

func (c *vmContent) vmx() string { return c.Dir + "/" + path.Base(c.Dir) + ".vmx" }

func (c *vmContent) file(suffix string) string { return c.Dir + "/" + path.Base(c.Dir) + suffix }

func (c *vmContent) windows() bool { return strings.Contains(strings.ToLower(c.GuestId), "windows") }

func (c *vmContent) snapshotById(id int) *snapshot {
	for _, s := range c.Snapshots {
		if s.Id == id {
			return s
		}
	}
	return nil
}

func (c *vmContent) childrenOf(id int) []*snapshot {
	list := []*snapshot{}
	for _, s := range c.Snapshots {
		if s.Parent == id {
			list = append(list, s)
		}
	}
	return list
}

// depth is the length of the chain that the VM runs on; vSphere allows 32.
func (c *vmContent) depth() int {
	n := 0
	for id := c.Current; id != 0; n++ {
		id = c.snapshotById(id).Parent
	}
	return n
}

func (d *vmDisk) file(name string) *diskFile {
	for _, f := range d.Files {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// chain goes from the file in use to the base.
func (d *vmDisk) chain(name string) []*diskFile {
	list := []*diskFile{}
	for f := d.file(name); f != nil; f = d.file(f.Parent) {
		list = append(list, f)
	}
	return list
}

func (d *vmDisk) data() string {
	for _, f := range d.chain(d.Current) {
		if f.Data != "" {
			return f.Data
		}
	}
	return ""
}

// snapshottable: physical RDMs and independent disks take no part in snapshots.
func (d *vmDisk) snapshottable() bool {
	return d.Rdm != "physicalMode" && !strings.HasPrefix(d.Mode, "independent")
}

// grow puts a new delta file on top of parent and makes it the current one.
func (d *vmDisk) grow(parent string) {
	base := strings.TrimSuffix(d.Files[0].Name, ".vmdk")
	for n := 1; ; n++ {
		number := strconv.Itoa(n)
		name := base + "-" + strings.Repeat("0", 6-len(number)) + number + ".vmdk"
		if d.file(name) == nil {
			d.Files = append(d.Files, &diskFile{Name: name, Parent: parent})
			d.Current = name
			return
		}
	}
}
