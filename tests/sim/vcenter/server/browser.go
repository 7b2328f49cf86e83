package main

import (
	"path"
	"sort"
	"strings"

	"github.com/vmware/govmomi/vim25/types"
)

func searchDatastore(c *call, q *types.SearchDatastore_Task) (interface{}, fault) {
	return c.search(q.DatastorePath, q.SearchSpec, false)
}

func searchSubFolders(c *call, q *types.SearchDatastoreSubFolders_Task) (interface{}, fault) {
	return c.search(q.DatastorePath, q.SearchSpec, true)
}

func (c *call) search(where string, spec *types.HostDatastoreBrowserSearchSpec, deep bool) (interface{}, fault) {
	label, folder, ok := parsePath(where)
	if !ok {
		return nil, &types.InvalidDatastorePath{DatastorePath: where}
	}
	v := c.w.volumeByLabel(label)
	if v == nil || v.store == nil {
		return nil, &types.InvalidDatastore{Name: label}
	}
	return c.w.start(v.store, "searchDatastore", nil, nil, func() (types.AnyType, types.BaseMethodFault) {
		if !v.mountedAnywhere() {
			return nil, &types.InaccessibleDatastore{InvalidDatastore: types.InvalidDatastore{Name: label}}
		}
		results := v.list(strings.Trim(folder, "/"), spec, deep)
		if len(results) == 0 {
			return nil, &types.FileNotFound{FileFault: types.FileFault{File: where}}
		}
		if !deep {
			return results[0], nil
		}
		return types.ArrayOfHostDatastoreBrowserSearchResults{HostDatastoreBrowserSearchResults: results}, nil
	}), nil
}

// allFiles are the paths inside the volume: of its VMs, registered or not, of disks that others keep here, and loose ones.
func (v *volume) allFiles() []vmFile {
	list := []vmFile{}
	for _, file := range v.header.Files {
		list = append(list, vmFile{file, "", 1000})
	}
	for _, content := range v.slots {
		if content == nil {
			continue
		}
		m := machine{w: v.w, volume: v, content: content}
		list = append(list, m.files()...)
	}
	for _, m := range v.w.vms {
		if m.volume != v {
			list = append(list, m.files()...)
		}
	}
	return v.own(list)
}

func (v *volume) own(list []vmFile) []vmFile {
	kept := []vmFile{}
	for _, f := range list {
		label, file, ok := parsePath(f.path)
		if ok && label != v.header.Label {
			continue
		}
		if ok {
			f.path = file
		}
		kept = append(kept, f)
	}
	return kept
}

// list answers one result for each folder; as on a host, -flat and other extents are not shown beside their descriptor.
func (v *volume) list(folder string, spec *types.HostDatastoreBrowserSearchSpec, deep bool) []types.HostDatastoreBrowserSearchResults {
	folders := map[string][]types.BaseFileInfo{}
	for _, f := range v.allFiles() {
		dir := path.Dir(f.path)
		if dir == "." {
			dir = ""
		}
		inside := dir == folder || deep && (folder == "" || strings.HasPrefix(dir, folder+"/"))
		if inside {
			if _, known := folders[dir]; !known {
				folders[dir] = nil
			}
			if f.kind != "diskExtent" && matches(spec, path.Base(f.path)) {
				folders[dir] = append(folders[dir], fileInfo(f))
			}
		} else if folder == path.Dir(dir) || folder == "" && !strings.Contains(dir, "/") && dir != "" {
			folders[folder] = addFolder(folders[folder], path.Base(dir))
		}
	}
	return v.results(folders)
}

func (v *volume) results(folders map[string][]types.BaseFileInfo) []types.HostDatastoreBrowserSearchResults {
	names := []string{}
	for name := range folders {
		names = append(names, name)
	}
	sort.Strings(names)
	list := []types.HostDatastoreBrowserSearchResults{}
	for _, name := range names {
		folderPath := v.path(name)
		if name != "" {
			folderPath += "/"
		}
		list = append(list, types.HostDatastoreBrowserSearchResults{Datastore: &v.ref, FolderPath: folderPath, File: folders[name]})
	}
	return list
}

func addFolder(list []types.BaseFileInfo, name string) []types.BaseFileInfo {
	for _, info := range list {
		if info.GetFileInfo().Path == name {
			return list
		}
	}
	return append(list, &types.FolderFileInfo{FileInfo: types.FileInfo{Path: name}})
}

func fileInfo(f vmFile) types.BaseFileInfo {
	info := types.FileInfo{Path: path.Base(f.path), FileSize: f.size}
	switch f.kind {
	case "config":
		return &types.VmConfigFileInfo{FileInfo: info}
	case "diskDescriptor":
		return &types.VmDiskFileInfo{FileInfo: info}
	case "snapshotData":
		return &types.VmSnapshotFileInfo{FileInfo: info}
	case "nvram":
		return &types.VmNvramFileInfo{FileInfo: info}
	case "log":
		return &types.VmLogFileInfo{FileInfo: info}
	}
	if strings.HasSuffix(f.path, ".iso") {
		return &types.IsoImageFileInfo{FileInfo: info}
	}
	return &info
}

func matches(spec *types.HostDatastoreBrowserSearchSpec, name string) bool {
	if spec == nil || len(spec.MatchPattern) == 0 {
		return true
	}
	for _, pattern := range spec.MatchPattern {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	return false
}
