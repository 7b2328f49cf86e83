#include "shadowCopySet.h"

#include <objbase.h>
#include <vsserror.h>

#include <chrono>

namespace {

using Clock = std::chrono::steady_clock;
constexpr double hold_limit_ms = 10000;

double since_ms(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/* The arrays that a callback takes. What it changes in the structures is the disks' afterwards. */
class Arguments {
 public:
  std::vector<VSS_PWSZ> devices;
  std::vector<VDS_LUN_INFORMATION> luns;

  explicit Arguments(std::vector<Disk> &disks) : disks_(disks) {
    for (Disk &disk : disks) {
      devices.push_back(disk.device.data());
      luns.push_back(disk.lun);
    }
  }
  ~Arguments() {
    for (size_t i = 0; i < luns.size(); i++) disks_[i].lun = luns[i];
  }
  LONG count() const { return static_cast<LONG>(luns.size()); }

 private:
  std::vector<Disk> &disks_;
};

}  // namespace

ShadowCopySet::ShadowCopySet(Provider &provider, Surroundings &surroundings, LONG context, Order order)
    : provider_(provider), surroundings_(surroundings), context_(context), order_(order) {
  CoCreateGuid(&id_);
}

template <typename Callback>
HRESULT ShadowCopySet::call(const char *method, Callback callback) {
  phase_ = method;
  auto start = Clock::now();
  HRESULT hr = callback();
  surroundings_.returned(method, hr, since_ms(start));
  return hr;
}

HRESULT ShadowCopySet::add(const wchar_t *volume, VSS_ID &snapshot_id) {
  volumes_.push_back({surroundings_.disks_of(volume), {}});
  HRESULT hr = begin(volumes_.back(), snapshot_id);
  if (hr != S_OK) volumes_.pop_back();
  return hr;
}

HRESULT ShadowCopySet::begin(Volume &volume, VSS_ID &snapshot_id) {
  Arguments disks(volume.sources);
  WINBOOL supported = FALSE;
  if (disks.luns.empty()) return VSS_E_OBJECT_NOT_FOUND;
  HRESULT hr = call("AreLunsSupported", [&] {
    return provider_.hardware->AreLunsSupported(disks.count(), context_, disks.devices.data(), disks.luns.data(),
                                                &supported);
  });
  if (hr != S_OK) return hr;
  if (!supported) return VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER;
  CoCreateGuid(&snapshot_id);
  return call("BeginPrepareSnapshot", [&] {
    return provider_.hardware->BeginPrepareSnapshot(id_, snapshot_id, context_, disks.count(), disks.devices.data(),
                                                    disks.luns.data());
  });
}

HRESULT ShadowCopySet::create() {
  HRESULT hr = call("EndPrepareSnapshots", [&] { return provider_.sets->EndPrepareSnapshots(id_); });
  if (hr == S_OK) hr = freeze_and_commit();
  if (hr == S_OK) hr = complete();
  if (hr == S_OK || hr == VSS_S_SOME_SNAPSHOTS_NOT_IMPORTED) return hr;
  const char *failed = phase_;
  call("AbortSnapshots", [&] { return provider_.sets->AbortSnapshots(id_); });
  phase_ = failed;
  return hr;
}

HRESULT ShadowCopySet::freeze_and_commit() {
  surroundings_.reach("MarkAttributes");
  surroundings_.reach("Freeze");
  HRESULT hr = call("PreCommitSnapshots", [&] { return provider_.sets->PreCommitSnapshots(id_); });
  if (hr == S_OK) hr = commit_held();
  if (hr == S_OK) {
    LONG count = static_cast<LONG>(volumes_.size());
    hr = call("PostCommitSnapshots", [&] { return provider_.sets->PostCommitSnapshots(id_, count); });
  }
  surroundings_.reach("Thaw");
  surroundings_.reach("UnmarkAttributes");
  return hr;
}

HRESULT ShadowCopySet::commit_held() {
  auto start = Clock::now();
  surroundings_.reach("Hold");
  HRESULT hr = call("CommitSnapshots", [&] { return provider_.sets->CommitSnapshots(id_); });
  bool too_late = since_ms(start) > hold_limit_ms;
  surroundings_.reach("Release");
  return hr == S_OK && too_late ? VSS_E_HOLD_WRITES_TIMEOUT : hr;
}

HRESULT ShadowCopySet::complete() {
  HRESULT hr = order_ == Order::finals_first ? final_commits() : S_OK;
  if (hr == S_OK) hr = get_targets();
  HRESULT imported = hr == S_OK && !is_transportable() ? import() : hr;
  if (SUCCEEDED(imported) && order_ == Order::targets_first) hr = final_commits();
  return imported == S_OK ? hr : imported;
}

HRESULT ShadowCopySet::get_targets() {
  HRESULT hr = S_OK;
  for (auto volume = volumes_.begin(); hr == S_OK && volume != volumes_.end(); ++volume) hr = get_targets(*volume);
  return hr;
}

HRESULT ShadowCopySet::get_targets(Volume &volume) {
  Arguments sources(volume.sources);
  std::vector<VDS_LUN_INFORMATION> targets(volume.sources.size());
  HRESULT hr = call("GetTargetLuns", [&] {
    return provider_.hardware->GetTargetLuns(sources.count(), sources.devices.data(), sources.luns.data(),
                                             targets.data());
  });
  for (VDS_LUN_INFORMATION &target : targets) {
    volume.targets.emplace_back();
    volume.targets.back().lun = target;
  }
  return hr;
}

HRESULT ShadowCopySet::import() {
  std::vector<VDS_LUN_INFORMATION> targets = different_targets();
  HRESULT hr = call("LocateLuns",
                    [&] { return provider_.hardware->LocateLuns(static_cast<LONG>(targets.size()), targets.data()); });
  if (hr != S_OK) return hr;
  for (Disk &disk : surroundings_.rescan(targets)) take(std::move(disk));
  if (imported_.size() < targets.size()) return VSS_S_SOME_SNAPSHOTS_NOT_IMPORTED;
  surroundings_.reach("Recover");
  return S_OK;
}

/* Volumes that lie on one LUN share its shadow copy. */
std::vector<VDS_LUN_INFORMATION> ShadowCopySet::different_targets() const {
  std::vector<VDS_LUN_INFORMATION> targets;
  for (const Volume &volume : volumes_)
    for (const Disk &target : volume.targets) {
      bool known = false;
      for (const auto &other : targets) known = known || same_identity(other, target.lun);
      if (!known) targets.push_back(target.lun);
    }
  return targets;
}

/* A disk has arrived: it is kept if it is one that GetTargetLuns told of. */
void ShadowCopySet::take(Disk disk) {
  WINBOOL supported = FALSE;
  call("FillInLunInfo", [&] { return provider_.hardware->FillInLunInfo(disk.device.data(), &disk.lun, &supported); });
  bool expected = false;
  for (const auto &target : different_targets()) expected = expected || same_identity(target, disk.lun);
  if (supported && expected) imported_.push_back(std::move(disk));
}

HRESULT ShadowCopySet::final_commits() {
  HRESULT hr = call("PreFinalCommitSnapshots", [&] { return provider_.sets->PreFinalCommitSnapshots(id_); });
  if (hr != S_OK) return hr;
  return call("PostFinalCommitSnapshots", [&] { return provider_.sets->PostFinalCommitSnapshots(id_); });
}

void ShadowCopySet::remove() {
  for (Disk &disk : imported_) {
    WINBOOL supported = FALSE;
    VSS_PWSZ device = disk.device.data();
    call("FillInLunInfo", [&] { return provider_.hardware->FillInLunInfo(device, &disk.lun, &supported); });
    if (supported) call("OnLunEmpty", [&] { return provider_.hardware->OnLunEmpty(device, &disk.lun); });
  }
  imported_.clear();
}
