#include <algorithm>

#include "writers.h"

namespace {

constexpr size_t volume_length = 49; /* \\?\Volume{GUID}\ */

bool is_same(const std::wstring &a, const std::wstring &b) { return _wcsicmp(a.c_str(), b.c_str()) == 0; }

/* The volume that holds a path, whether or not there is anything at the path; empty where there is none, such as on a share. */
std::wstring volume_of(const std::wstring &path) {
  std::wstring root(path.size() + volume_length + 1, L'\0');
  wchar_t volume[volume_length + 1];
  if (GetVolumePathNameW(path.c_str(), root.data(), static_cast<DWORD>(root.size())) &&
      GetVolumeNameForVolumeMountPointW(root.c_str(), volume, volume_length + 1))
    return volume;
  return path.compare(0, 11, L"\\\\?\\Volume{") == 0 ? path.substr(0, volume_length) : L"";
}

bool is_on(const std::vector<std::wstring> &volumes, const std::wstring &path) {
  const std::wstring volume = volume_of(path);
  return std::any_of(volumes.begin(), volumes.end(), [&](auto &each) { return is_same(each, volume); });
}

std::wstring full_name(const Component &component) {
  return component.logical_path.empty() ? component.name : component.logical_path + L'\\' + component.name;
}

Coverage coverage_of(const std::vector<std::wstring> &paths, const std::vector<std::wstring> &volumes) {
  auto on_set = std::count_if(paths.begin(), paths.end(), [&](auto &path) { return is_on(volumes, path); });
  if (on_set == 0) return Coverage::none;
  return on_set == static_cast<long long>(paths.size()) ? Coverage::all : Coverage::some;
}

/* A component comes with everything below it, so what lies below counts as its own. */
std::vector<std::wstring> all_paths(const Component &component, const std::vector<Component> &all) {
  std::vector<std::wstring> paths = component.paths;
  for (const Component &other : all)
    if (other.lies_below(component)) paths.insert(paths.end(), other.paths.begin(), other.paths.end());
  return paths;
}

/* "Not selectable" and nothing above it: part of every backup of the writer. */
bool is_required(const Component &component, const std::vector<Component> &all) {
  return !component.selectable && component.is_top_level(all);
}

}  // namespace

bool Component::lies_below(const Component &other) const {
  const std::wstring above = full_name(other);
  return is_same(logical_path, above) || _wcsnicmp(logical_path.c_str(), (above + L'\\').c_str(), above.size() + 1) == 0;
}

bool Component::is_top_level(const std::vector<Component> &all) const {
  return std::none_of(all.begin(), all.end(), [&](auto &other) { return lies_below(other); });
}

void select_components(Writer &writer, const std::vector<std::wstring> &volumes) {
  std::vector<Component> &all = writer.components;
  for (Component &each : all) each.coverage = coverage_of(all_paths(each, all), volumes);
  auto lies_elsewhere = [&](auto &each) {
    return is_required(each, all) && each.coverage != Coverage::all && !all_paths(each, all).empty();
  };
  writer.lacks_required = std::any_of(all.begin(), all.end(), lies_elsewhere);
  if (writer.lacks_required) return;

  for (Component &each : all)
    each.added = each.coverage == Coverage::all && (each.selectable || each.is_top_level(all));
  for (Component &each : all) {
    bool below_added =
        std::any_of(all.begin(), all.end(), [&](auto &other) { return other.added && each.lies_below(other); });
    each.included = each.added || below_added;
  }
  /* What comes with another must not be named as well. Only after all are known to be included or not. */
  for (Component &each : all)
    if (std::any_of(all.begin(), all.end(), [&](auto &other) { return other.included && each.lies_below(other); }))
      each.added = false;
}
