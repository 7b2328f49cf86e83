#include "backupComponents.h"

#include <vsserror.h>

#include "async.h"
#include "componentStatus.h"
#include "metadata.h"

namespace {

class Turn {
 public:
  explicit Turn(SRWLOCK &lock) : lock_(lock) { AcquireSRWLockExclusive(&lock_); }
  Turn(const Turn &) = delete;
  ~Turn() { ReleaseSRWLockExclusive(&lock_); }

 private:
  SRWLOCK &lock_;
};

json::Writer &add(json::Writer &to, const char *name, REFGUID guid) {
  write_guid(to.name(name), guid);
  return to;
}

void add_component(json::Writer &to, REFGUID instance, REFGUID writer, VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name) {
  add(add(to, "instanceId", instance), "writerId", writer);
  to.member("type", type == VSS_CT_DATABASE ? "Database" : "FileGroup");
  to.member("logicalPath", path ? path : L"").member("name", name);
}

/* By the names of the requestor's events. */
VSS_WRITER_STATE state_of(const json::Value &writer) {
  static const wchar_t *const names[] = {
      L"Unknown", L"Stable", L"WaitingForFreeze", L"WaitingForThaw", L"WaitingForPostSnapshot",
      L"WaitingForBackupComplete", L"FailedAtIdentify", L"FailedAtPrepareBackup", L"FailedAtPrepareSnapshot",
      L"FailedAtFreeze", L"FailedAtThaw", L"FailedAtPostSnapshot", L"FailedAtBackupComplete"};
  int state = 0;
  for (const wchar_t *name : names) {
    if (text_of(writer, "state") == name) return static_cast<VSS_WRITER_STATE>(state);
    state++;
  }
  return VSS_WS_UNKNOWN;
}

}  // namespace

BackupComponents::~BackupComponents() {
  bool keeps = context_ & (VSS_VOLSNAP_ATTR_PERSISTENT | VSS_VOLSNAP_ATTR_TRANSPORTABLE);
  if (set_ && !keeps) set_->remove();
  if (loaded_) provider_.notifications->OnUnload(FALSE);
  provider_.release();
  machine_.call("Release");
}

bool BackupComponents::has(REFIID id) {
  return id == IID_IUnknown || id == IID_IVssBackupComponents || id == IID_IVssBackupComponentsEx ||
         id == IID_IVssBackupComponentsEx2 || id == IID_IVssBackupComponentsEx3;
}

template <typename Fill>
json::Value BackupComponents::call(const char *method, Fill fill) {
  Turn turn(busy_);
  return machine_.call(method, fill);
}

HRESULT BackupComponents::tell(const char *method) {
  return hr_of(call(method, [](json::Writer &) {}));
}

/* `writers`: where to keep what the answer tells of them. */
HRESULT BackupComponents::later(const char *method, std::vector<json::Value> *writers, IVssAsync **async) {
  AddRef();
  *async = start([=] {
    json::Value answer = call(method, [](json::Writer &) {});
    if (writers) *writers = list_of(answer, "writers");
    components_ = list_of(answer, "components");
    Release();
    return hr_of(answer);
  });
  return S_OK;
}

STDMETHODIMP BackupComponents::InitializeForBackup(BSTR) { return tell("InitializeForBackup"); }

STDMETHODIMP BackupComponents::SetContext(LONG context) {
  context_ = context;
  return hr_of(call("SetContext", [=](json::Writer &to) { to.member("context", static_cast<int>(context)); }));
}

STDMETHODIMP BackupComponents::SetBackupState(boolean components, boolean bootable, VSS_BACKUP_TYPE type, boolean) {
  return hr_of(call("SetBackupState", [=](json::Writer &to) {
    to.member("components", components != 0).member("bootable", bootable != 0).member("type", static_cast<int>(type));
  }));
}

STDMETHODIMP BackupComponents::DisableWriterClasses(const VSS_ID *classes, UINT count) {
  return hr_of(call("DisableWriterClasses", [=](json::Writer &to) {
    to.name("classes").open('[');
    for (UINT i = 0; i < count; i++) write_guid(to, classes[i]);
    to.close(']');
  }));
}

STDMETHODIMP BackupComponents::GatherWriterMetadata(IVssAsync **async) {
  return later("GatherWriterMetadata", &metadata_, async);
}

STDMETHODIMP BackupComponents::GetWriterMetadataCount(UINT *count) {
  *count = static_cast<UINT>(metadata_.size());
  return S_OK;
}

STDMETHODIMP BackupComponents::GetWriterMetadata(UINT i, VSS_ID *instance, IVssExamineWriterMetadata **metadata) {
  if (i >= metadata_.size()) return VSS_E_OBJECT_NOT_FOUND;
  *instance = guid_of(metadata_[i], "instanceId");
  *metadata = examine(metadata_[i]);
  return S_OK;
}

STDMETHODIMP BackupComponents::FreeWriterMetadata() { return tell("FreeWriterMetadata"); }

STDMETHODIMP BackupComponents::AddComponent(VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                            LPCWSTR name) {
  return hr_of(call("AddComponent",
                    [&](json::Writer &to) { add_component(to, instance, writer, type, path, name); }));
}

/* The DLL is where the test says. It is asked for it late, so that what needs no provider needs no DLL. */
HRESULT BackupComponents::load() {
  if (loaded_) return S_OK;
  json::Value answer = machine_.call("LoadProvider");
  HRESULT hr = hr_of(answer);
  if (SUCCEEDED(hr)) hr = provider_.load(text_of(answer, "dll").c_str());
  if (SUCCEEDED(hr)) hr = provider_.notifications->OnLoad(nullptr);
  loaded_ = SUCCEEDED(hr);
  return hr;
}

STDMETHODIMP BackupComponents::IsVolumeSupported(VSS_ID provider, VSS_PWSZ volume, WINBOOL *supported) {
  HRESULT hr = hr_of(call("IsVolumeSupported", [&](json::Writer &to) { add(to.member("volume", volume), "providerId", provider); }));
  if (SUCCEEDED(hr)) hr = load();
  if (FAILED(hr)) return hr;
  std::vector<Disk> disks = machine_.surroundings.disks_of(volume);
  if (disks.empty()) return VSS_E_OBJECT_NOT_FOUND;
  VSS_PWSZ device = disks[0].device.data();
  return provider_.hardware->AreLunsSupported(1, context_, &device, &disks[0].lun, supported);
}

STDMETHODIMP BackupComponents::StartSnapshotSet(VSS_ID *set) {
  if (load() != S_OK) return VSS_E_PROVIDER_NOT_REGISTERED;
  auto fresh = std::make_unique<ShadowCopySet>(provider_, machine_.surroundings, context_, Order::targets_first);
  HRESULT hr = hr_of(call("StartSnapshotSet", [&](json::Writer &to) { add(to, "setId", fresh->id()); }));
  if (FAILED(hr)) return hr;
  set_ = std::move(fresh);
  *set = set_->id();
  return S_OK;
}

STDMETHODIMP BackupComponents::AddToSnapshotSet(VSS_PWSZ volume, VSS_ID provider, VSS_ID *snapshot) {
  if (!set_) return VSS_E_BAD_STATE;
  HRESULT hr = hr_of(call("AddToSnapshotSet", [&](json::Writer &to) { add(to.member("volume", volume), "providerId", provider); }));
  return SUCCEEDED(hr) ? set_->add(volume, *snapshot) : hr;
}

STDMETHODIMP BackupComponents::PrepareForBackup(IVssAsync **async) { return later("PrepareForBackup", nullptr, async); }

STDMETHODIMP BackupComponents::GatherWriterStatus(IVssAsync **async) {
  return later("GatherWriterStatus", &status_, async);
}

STDMETHODIMP BackupComponents::GetWriterStatusCount(UINT *count) {
  *count = static_cast<UINT>(status_.size());
  return S_OK;
}

STDMETHODIMP BackupComponents::GetWriterStatusEx(UINT i, VSS_ID *instance, VSS_ID *writer, BSTR *name,
                                                 VSS_WRITER_STATE *state, HRESULT *failure, HRESULT *application,
                                                 BSTR *message) {
  if (i >= status_.size()) return VSS_E_OBJECT_NOT_FOUND;
  const json::Value &from = status_[i];
  *instance = guid_of(from, "instanceId");
  *writer = guid_of(from, "id");
  *name = bstr_of(from, "name");
  *state = state_of(from);
  *failure = hr_of(from);
  *application = S_OK;
  *message = from.find("message") ? bstr_of(from, "message") : nullptr;
  return S_OK;
}

STDMETHODIMP BackupComponents::FreeWriterStatus() { return tell("FreeWriterStatus"); }

STDMETHODIMP BackupComponents::GetWriterComponentsCount(UINT *count) {
  *count = static_cast<UINT>(components_.size());
  return S_OK;
}

STDMETHODIMP BackupComponents::GetWriterComponents(UINT i, IVssWriterComponentsExt **components) {
  if (i >= components_.size()) return VSS_E_OBJECT_NOT_FOUND;
  *components = components_of(components_[i]);
  return S_OK;
}

/* The test may refuse it at once, and afterwards say what VSS itself has found, such as a hold that was too long. */
HRESULT BackupComponents::make_set() {
  Turn turn(busy_);
  HRESULT hr = hr_of(machine_.call("DoSnapshotSet"));
  if (SUCCEEDED(hr)) hr = set_->create();
  json::Value answer = machine_.call("SnapshotSetDone", [=](json::Writer &to) {
    to.member("result", static_cast<unsigned long>(hr)).member("phase", set_->phase());
  });
  return FAILED(hr) ? hr : hr_of(answer);
}

STDMETHODIMP BackupComponents::DoSnapshotSet(IVssAsync **async) {
  if (!set_) return VSS_E_BAD_STATE;
  AddRef();
  *async = start([this] {
    HRESULT hr = make_set();
    Release();
    return hr;
  });
  return S_OK;
}

STDMETHODIMP BackupComponents::SetBackupSucceeded(VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                                  LPCWSTR name, boolean succeeded) {
  return hr_of(call("SetBackupSucceeded", [&](json::Writer &to) {
    add_component(to, instance, writer, type, path, name);
    to.member("succeeded", succeeded != 0);
  }));
}

STDMETHODIMP BackupComponents::BackupComplete(IVssAsync **async) { return later("BackupComplete", nullptr, async); }

STDMETHODIMP BackupComponents::AbortBackup() { return tell("AbortBackup"); }
