package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// datastoreSpec maps one datastore to the LUNs that are its extents, by the names the NAS gives them.
type datastoreSpec struct {
	name string
	luns []string
}

type options struct {
	vms, hosts    int
	taskMs        int
	nas           string
	datastores    []datastoreSpec
	listen        string
	control       string
	state         string
	user          string
	password      string
	version       string
	sessionSecs   int
	exitWithStdin bool
}

type datastoreFlag struct{ list *[]datastoreSpec }

func (d datastoreFlag) String() string { return "" }

func (d datastoreFlag) Set(text string) error {
	name, luns, found := strings.Cut(text, "=")
	if !found || name == "" || luns == "" {
		return fmt.Errorf("--datastore is name=lun[,lun...]; %q is not", text)
	}
	*d.list = append(*d.list, datastoreSpec{name, strings.Split(luns, ",")})
	return nil
}

func parseOptions(args []string) (options, error) {
	o := options{}
	f := flag.NewFlagSet("sim:vcenter", flag.ContinueOnError)
	f.IntVar(&o.vms, "vms", 4, "VMs on the first datastore, spread over the hosts")
	f.IntVar(&o.hosts, "hosts", 2, "ESXi hosts in the cluster")
	f.IntVar(&o.taskMs, "task-ms", 50, "how long a task takes")
	f.StringVar(&o.nas, "nas", "", "control URL of the NAS simulator whose LUNs the hosts see; without it LUNs are files of our own")
	f.Var(datastoreFlag{&o.datastores}, "datastore", "name=lun[,lun...]; may be repeated; default: ds-LUN for each LUN")
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "address of the SDK (HTTPS)")
	f.StringVar(&o.control, "control", "127.0.0.1:0", "address of the control API (HTTP)")
	f.StringVar(&o.state, "state", "", "folder of the certificate and of LUN files of our own; default: a new one")
	f.StringVar(&o.user, "user", "administrator@vsphere.local", "")
	f.StringVar(&o.password, "password", "", "default: a random one")
	f.StringVar(&o.version, "api-version", "8.0.2.0", "vim API version; CreateSnapshotEx_Task exists from 6.5 on")
	f.IntVar(&o.sessionSecs, "session-seconds", 1800, "an idle session ends after this long")
	f.BoolVar(&o.exitWithStdin, "exit-with-stdin", false, "end when standard input ends")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q", f.Arg(0))
	}
	if o.vms < 0 || o.hosts < 1 {
		return o, fmt.Errorf("--vms is 0 or more, --hosts 1 or more")
	}
	return o, o.fill()
}

func (o *options) fill() (err error) {
	if o.password == "" {
		o.password = randomHex(6)
	}
	if o.state == "" {
		o.state, err = os.MkdirTemp("", "sim-vcenter-")
		return err
	}
	return os.MkdirAll(o.state, 0o700)
}
