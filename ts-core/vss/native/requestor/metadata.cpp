#include <algorithm>

#include "com.h"
#include "writers.h"

namespace {

using GetFile = HRESULT (STDMETHODCALLTYPE IVssWMComponent::*)(UINT, IVssWMFiledesc **);

std::wstring expand(const std::wstring &path) {
  DWORD size = ExpandEnvironmentStringsW(path.c_str(), nullptr, 0);
  std::wstring expanded(size, L'\0');
  if (!size || !ExpandEnvironmentStringsW(path.c_str(), expanded.data(), size)) return path;
  expanded.resize(size - 1); /* the size is with the NUL */
  return expanded;
}

HRESULT read_paths(IVssWMComponent *from, GetFile get_file, UINT count, std::vector<std::wstring> &paths) {
  for (UINT i = 0; i < count; i++) {
    Com<IVssWMFiledesc> file;
    Bstr path;
    HRESULT hr = (from->*get_file)(i, file.out());
    if (SUCCEEDED(hr)) hr = file->GetPath(path.out());
    if (FAILED(hr)) return hr;
    std::wstring expanded = expand(path.text());
    if (std::find(paths.begin(), paths.end(), expanded) == paths.end()) paths.push_back(expanded);
  }
  return S_OK;
}

HRESULT read_all_paths(IVssWMComponent *from, const VSS_COMPONENTINFO &info, std::vector<std::wstring> &paths) {
  HRESULT hr = read_paths(from, &IVssWMComponent::GetFile, info.cFileCount, paths);
  if (SUCCEEDED(hr)) hr = read_paths(from, &IVssWMComponent::GetDatabaseFile, info.cDatabases, paths);
  if (SUCCEEDED(hr)) hr = read_paths(from, &IVssWMComponent::GetDatabaseLogFile, info.cLogFiles, paths);
  return hr;
}

std::wstring text(BSTR string) { return string ? string : L""; }

HRESULT read_component(IVssWMComponent *from, Component &component) {
  PVSSCOMPONENTINFO info = nullptr;
  HRESULT hr = from->GetComponentInfo(&info);
  if (FAILED(hr)) return hr;
  component.type = info->type;
  component.name = text(info->bstrComponentName);
  component.logical_path = text(info->bstrLogicalPath);
  component.caption = text(info->bstrCaption);
  component.selectable = info->bSelectable;
  hr = read_all_paths(from, *info, component.paths);
  from->FreeComponentInfo(info);
  return hr;
}

HRESULT read_components(IVssExamineWriterMetadata *metadata, std::vector<Component> &components) {
  UINT included, excluded, count = 0;
  HRESULT hr = metadata->GetFileCounts(&included, &excluded, &count);
  for (UINT i = 0; SUCCEEDED(hr) && i < count; i++) {
    Com<IVssWMComponent> component;
    components.emplace_back();
    hr = metadata->GetComponent(i, component.out());
    if (SUCCEEDED(hr)) hr = read_component(component.get(), components.back());
  }
  return hr;
}

HRESULT read_writer(IVssBackupComponents *backup, UINT index, Writer &writer) {
  Com<IVssExamineWriterMetadata> metadata;
  Bstr name;
  VSS_USAGE_TYPE usage;
  VSS_SOURCE_TYPE source;
  HRESULT hr = backup->GetWriterMetadata(index, &writer.instance, metadata.out());
  if (SUCCEEDED(hr)) hr = metadata->GetIdentity(&writer.instance, &writer.id, name.out(), &usage, &source);
  if (FAILED(hr)) return hr;
  writer.name = name.text();
  return read_components(metadata.get(), writer.components);
}

}  // namespace

HRESULT read_metadata(IVssBackupComponents *backup, std::vector<Writer> &writers) {
  UINT count = 0;
  HRESULT hr = backup->GetWriterMetadataCount(&count);
  for (UINT i = 0; SUCCEEDED(hr) && i < count; i++) {
    writers.emplace_back();
    hr = read_writer(backup, i, writers.back());
  }
  return hr;
}
