/* What a shadow copy set meets outside of its provider: writers, volumes, disks that appear. Played by the test. */
#pragma once
#include <windows.h>

#include <vdslun.h>

#include <string>
#include <vector>

#include "../../../../ts-core/vss/native/lunInformation.h"

/* One disk as VSS sees it: the device's name and what it says of itself. Owns its identity. */
struct Disk {
  std::wstring device;
  VDS_LUN_INFORMATION lun = {};

  Disk() = default;
  Disk(Disk &&other) noexcept;
  Disk(const Disk &) = delete;
  ~Disk() { free_identity(lun); }

  bool read(const json::Value &from); /* {"device", and the members of a LUN} */
};

/* Those of the line's member "disks". */
std::vector<Disk> disks_in(const json::Value &line);
bool same_identity(const VDS_LUN_INFORMATION &one, const VDS_LUN_INFORMATION &other);

class Surroundings {
 public:
  /* The disks under a volume; empty for a volume that is not known. */
  virtual std::vector<Disk> disks_of(const wchar_t *volume) = 0;
  /* MarkAttributes, Freeze, Hold, Release, Thaw, UnmarkAttributes, Recover: comes back when the test has done its part.
   */
  virtual void reach(const char *moment) = 0;
  /* The disks that the host finds once the provider has shown it these. */
  virtual std::vector<Disk> rescan(const std::vector<VDS_LUN_INFORMATION> &shown) = 0;
  virtual void returned(const char *method, HRESULT hr, double ms) = 0;

 protected:
  ~Surroundings() = default;
};
