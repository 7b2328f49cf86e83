package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// lunState is one LUN as the storage presents it now.
type lunState struct {
	Name   string
	Naa    string
	File   string
	Bytes  int64
	Ready  bool
	Number int
	Iqn    string
	// openTo says which initiators may see it; nil: every one.
	openTo func(iqn string) bool
}

// array is where LUNs come from: the NAS simulator, or files of our own.
type array interface {
	luns() ([]lunState, error)
}

type simulatedNas struct {
	control string
	client  http.Client
}

const everyInitiator = "iqn.2004-04.com.qnap:all:iscsi.default.ffffff"

type nasAnswer struct {
	Luns []struct {
		Name, Naa, File, Status string
		SizeBytes               int64
		Targets                 []struct {
			TargetIndex, LunNumber int
			Iqn                    string
			Enabled                bool
		}
	}
	Targets []struct {
		TargetIndex int
		Acl         []struct{ Iqn string }
	}
}

func newNas(control string) *simulatedNas {
	return &simulatedNas{control: strings.TrimSuffix(control, "/"), client: http.Client{Timeout: 5 * time.Second}}
}

func (n *simulatedNas) luns() ([]lunState, error) {
	response, err := n.client.Get(n.control + "/state")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer := nasAnswer{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("state of the NAS: %w", err)
	}
	return answer.states(), nil
}

func (a *nasAnswer) states() []lunState {
	list := []lunState{}
	for _, lun := range a.Luns {
		state := lunState{Name: lun.Name, Naa: strings.ToLower(lun.Naa), File: lun.File, Bytes: lun.SizeBytes}
		allowed := map[string]bool{}
		for _, target := range lun.Targets {
			if !target.Enabled || lun.Status != "ready" {
				continue
			}
			state.Ready, state.Number, state.Iqn = true, target.LunNumber, target.Iqn
			a.allow(target.TargetIndex, allowed)
		}
		state.openTo = func(iqn string) bool { return allowed[everyInitiator] || allowed[iqn] }
		list = append(list, state)
	}
	return list
}

func (a *nasAnswer) allow(targetIndex int, allowed map[string]bool) {
	for _, target := range a.Targets {
		if target.TargetIndex != targetIndex {
			continue
		}
		for _, row := range target.Acl {
			allowed[row.Iqn] = true
		}
	}
}

// ownFiles stands in for a NAS: LUNs as sparse files in the state folder.
type ownFiles struct{ list []lunState }

func newOwnFiles(dir string, names []string) (*ownFiles, error) {
	files := &ownFiles{}
	for number, name := range names {
		path := filepath.Join(dir, name+".lun")
		if _, err := os.Stat(path); err != nil {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				return nil, err
			}
			if err := os.Truncate(path, 1<<30); err != nil {
				return nil, err
			}
		}
		naa := fmt.Sprintf("6e843b6%025x", number+1)
		iqn := "iqn.2004-04.com.qnap:own:iscsi." + name
		files.list = append(files.list, lunState{Name: name, Naa: naa, File: path, Bytes: 1 << 30, Ready: true, Number: number, Iqn: iqn})
	}
	return files, nil
}

func (f *ownFiles) luns() ([]lunState, error) { return f.list, nil }
