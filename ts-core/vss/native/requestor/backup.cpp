#include "backup.h"

#include <vsserror.h>

#include "../identity.h"
#include "async.h"

namespace {

constexpr DWORD minute_ms = 60'000;
constexpr DWORD gather_ms = 4 * minute_ms;
constexpr DWORD prepare_ms = 5 * minute_ms;
constexpr DWORD status_ms = 2 * minute_ms;
/* VSS and the provider end each step themselves: this is the sum of theirs, for when they do not. */
constexpr DWORD do_snapshot_set_ms = 10 * minute_ms;
constexpr DWORD complete_ms = 5 * minute_ms;
constexpr DWORD go_ms = 2 * minute_ms;
constexpr DWORD in_progress_ms = 5 * minute_ms;
constexpr DWORD longest_retry_ms = 15'000;

}  // namespace

bool Backup::run() {
  bool made = initialize() && gather_writers() && add_components() && check_volumes() && start_set() &&
              add_volumes() && prepare() && wait_for_go() && make_shadow_copies();
  if (made) complete();
  else give_up();
  return made;
}

bool Backup::initialize() {
  const auto &excluded = request_.excluded_writers;
  return is("CreateVssBackupComponents", CreateVssBackupComponents(vss_.out())) &&
         is("InitializeForBackup", vss_->InitializeForBackup()) &&
         is("SetContext", vss_->SetContext(request_.context())) &&
         is("SetBackupState", vss_->SetBackupState(true, false, request_.backup_type, false)) &&
         (excluded.empty() || is("DisableWriterClasses", vss_->DisableWriterClasses(
                                                             excluded.data(), static_cast<UINT>(excluded.size()))));
}

bool Backup::gather_writers() {
  return does("GatherWriterMetadata", &IVssBackupComponents::GatherWriterMetadata, gather_ms, input_.ended()) &&
         is("GetWriterMetadata", read_metadata(vss_.get(), writers_));
}

bool Backup::add_components() {
  for (Writer &writer : writers_) {
    select_components(writer, request_.volumes);
    for (const Component &each : writer.components) {
      if (!each.added) continue;
      HRESULT hr = vss_->AddComponent(writer.instance, writer.id, each.type, each.logical_path.c_str(), each.name.c_str());
      if (!is("AddComponent", hr)) return false;
    }
  }
  return is("FreeWriterMetadata", vss_->FreeWriterMetadata());
}

bool Backup::check_volumes() {
  for (std::wstring volume : request_.volumes) {
    WINBOOL supported = FALSE;
    HRESULT hr = vss_->IsVolumeSupported(provider_id, volume.data(), &supported);
    if (SUCCEEDED(hr) && !supported) hr = VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER;
    if (!is("IsVolumeSupported", hr, volume)) return false;
  }
  return true;
}

/* One set at a time on a server: Microsoft advises to wait for the other program's. */
bool Backup::start_set() {
  const ULONGLONG until = GetTickCount64() + in_progress_ms;
  for (DWORD retry_ms = 1000;; retry_ms = retry_ms * 2 < longest_retry_ms ? retry_ms * 2 : longest_retry_ms) {
    HRESULT hr = vss_->StartSnapshotSet(&set_);
    if (hr != VSS_E_SNAPSHOT_SET_IN_PROGRESS || GetTickCount64() + retry_ms > until) return is("StartSnapshotSet", hr);
    tell_waiting({"StartSnapshotSet", hr, {}}, retry_ms);
    if (WaitForSingleObject(input_.ended(), retry_ms) == WAIT_OBJECT_0) return is("StartSnapshotSet", cancelled);
  }
}

bool Backup::add_volumes() {
  for (std::wstring volume : request_.volumes) {
    copies_.push_back({volume, {}});
    HRESULT hr = vss_->AddToSnapshotSet(volume.data(), provider_id, &copies_.back().id);
    if (!is("AddToSnapshotSet", hr, volume)) return false;
  }
  return true;
}

/* What the writers cannot tell yet they may tell afterwards, which is when it counts. */
bool Backup::prepare() {
  if (!does("PrepareForBackup", &IVssBackupComponents::PrepareForBackup, prepare_ms, input_.ended())) return false;
  warn("GatherWriterStatus", gather_status(input_.ended()));
  return true;
}

bool Backup::wait_for_go() {
  tell_set(set_, copies_, writers_);
  if (input_.wait_for_go(go_ms)) return true;
  bool ended = WaitForSingleObject(input_.ended(), 0) == WAIT_OBJECT_0;
  return is("WaitForGo", ended ? cancelled : timed_out);
}

/* From here on nothing of the caller's stops us: writers that were frozen are seen thawed. */
bool Backup::make_shadow_copies() {
  made_ = outcome(&IVssBackupComponents::DoSnapshotSet, do_snapshot_set_ms, nullptr);
  bool made = is("DoSnapshotSet", made_);
  /* What a writer said before counts no more: one whose process has ended meanwhile is not in the answer. */
  forget_status(writers_);
  HRESULT hr = gather_status(nullptr);
  fail_unknown(writers_, FAILED(hr) ? hr : VSS_E_WRITER_NOT_RESPONDING);
  if (made) warn("GatherWriterStatus", hr);
  return made;
}

void Backup::complete() {
  for (const Writer &writer : writers_)
    for (const Component &each : writer.components)
      if (each.added)
        warn("SetBackupSucceeded",
             vss_->SetBackupSucceeded(writer.instance, writer.id, each.type, each.logical_path.c_str(),
                                      each.name.c_str(), !has_failed(writer, each)));
  HRESULT hr = outcome(&IVssBackupComponents::BackupComplete, complete_ms, nullptr);
  warn("BackupComplete", hr);
  if (SUCCEEDED(hr)) gather_status(nullptr);
  tell_done(made_, copies_, writers_, warnings_);
}

void Backup::give_up() {
  if (vss_.get()) vss_->AbortBackup();
  tell_failed(failure_, writers_);
}

bool Backup::is(const char *phase, HRESULT hr, const std::wstring &volume) {
  if (FAILED(hr)) failure_ = {phase, hr, volume};
  return SUCCEEDED(hr);
}

bool Backup::does(const char *phase, Start start, DWORD limit_ms, HANDLE stop) {
  return is(phase, outcome(start, limit_ms, stop));
}

HRESULT Backup::outcome(Start start, DWORD limit_ms, HANDLE stop) {
  Com<IVssAsync> async;
  HRESULT hr = (vss_.get()->*start)(async.out());
  return FAILED(hr) ? hr : finish(async.get(), limit_ms, stop);
}

HRESULT Backup::gather_status(HANDLE stop) {
  HRESULT hr = outcome(&IVssBackupComponents::GatherWriterStatus, status_ms, stop);
  if (SUCCEEDED(hr)) hr = read_status(vss_.get(), writers_);
  vss_->FreeWriterStatus();
  if (SUCCEEDED(hr)) read_component_failures(vss_.get(), writers_);
  return hr;
}

void Backup::warn(const char *phase, HRESULT hr) {
  if (FAILED(hr)) warnings_.push_back({phase, hr, {}});
}

bool Backup::has_failed(const Writer &writer, const Component &component) const {
  return writer.has_failed() || FAILED(component.failure);
}
