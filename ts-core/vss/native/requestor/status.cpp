#include <algorithm>

#include "com.h"
#include "writers.h"

namespace {

/*
 * In Microsoft's header this has two bases, and IUnknown is the second; mingw's declares only the first, which cannot be
 * released.
 */
struct WriterComponents : IVssWriterComponents, IUnknown {};

Writer &find_or_add(std::vector<Writer> &writers, const GUID &instance) {
  auto found = std::find_if(writers.begin(), writers.end(), [&](auto &each) { return each.instance == instance; });
  if (found != writers.end()) return *found;
  writers.emplace_back();
  writers.back().instance = instance;
  return writers.back();
}

struct Status {
  GUID instance{}, id{};
  Bstr name, message;
  VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
  HRESULT failure = S_OK, application = S_OK;
};

/* With the application's own words where Windows has them (Server 2008 R2 or later). */
HRESULT read(IVssBackupComponents *backup, UINT index, Status &status) {
  Com<IVssBackupComponentsEx3> newer;
  if (SUCCEEDED(backup->QueryInterface(IID_IVssBackupComponentsEx3, reinterpret_cast<void **>(newer.out()))))
    return newer->GetWriterStatusEx(index, &status.instance, &status.id, status.name.out(), &status.state,
                                    &status.failure, &status.application, status.message.out());
  return backup->GetWriterStatus(index, &status.instance, &status.id, status.name.out(), &status.state,
                                 &status.failure);
}

void take(const Status &status, std::vector<Writer> &writers) {
  Writer &writer = find_or_add(writers, status.instance);
  if (writer.has_failed()) return;
  writer.id = status.id;
  writer.name = status.name.text();
  writer.state = status.state;
  writer.failure = status.failure;
  writer.message = status.message.text();
}

Component *find(Writer &writer, IVssComponent *component) {
  Bstr name, logical_path;
  component->GetComponentName(name.out());
  component->GetLogicalPath(logical_path.out());
  for (Component &each : writer.components)
    if (each.name == name.text() && each.logical_path == logical_path.text()) return &each;
  return nullptr;
}

std::wstring failure_text(IVssComponentEx *component) {
  Bstr prepare, post_snapshot;
  component->GetPrepareForBackupFailureMsg(prepare.out());
  component->GetPostSnapshotFailureMsg(post_snapshot.out());
  return prepare.text().empty() ? post_snapshot.text() : prepare.text();
}

void read_failure(IVssComponent *from, Component &component) {
  Com<IVssComponentEx> described;
  Com<IVssComponentEx2> coded;
  if (SUCCEEDED(from->QueryInterface(IID_IVssComponentEx, reinterpret_cast<void **>(described.out()))))
    component.message = failure_text(described.get());
  if (FAILED(from->QueryInterface(IID_IVssComponentEx2, reinterpret_cast<void **>(coded.out())))) return;
  Bstr message;
  HRESULT application;
  DWORD reserved;
  coded->GetFailure(&component.failure, &application, message.out(), &reserved);
  if (component.message.empty()) component.message = message.text();
}

void read_failures(IVssWriterComponents *from, std::vector<Writer> &writers) {
  GUID instance{}, id{};
  UINT count = 0;
  if (FAILED(from->GetWriterInfo(&instance, &id)) || FAILED(from->GetComponentCount(&count))) return;
  Writer &writer = find_or_add(writers, instance);
  for (UINT i = 0; i < count; i++) {
    Com<IVssComponent> component;
    if (FAILED(from->GetComponent(i, component.out()))) continue;
    if (Component *ours = find(writer, component.get())) read_failure(component.get(), *ours);
  }
}

}  // namespace

HRESULT read_status(IVssBackupComponents *backup, std::vector<Writer> &writers) {
  UINT count = 0;
  HRESULT hr = backup->GetWriterStatusCount(&count);
  for (UINT i = 0; SUCCEEDED(hr) && i < count; i++) {
    Status status;
    hr = read(backup, i, status);
    if (SUCCEEDED(hr)) take(status, writers);
  }
  return hr;
}

void forget_status(std::vector<Writer> &writers) {
  for (Writer &writer : writers)
    if (!writer.has_failed()) writer.state = VSS_WS_UNKNOWN;
}

void fail_unknown(std::vector<Writer> &writers, HRESULT why) {
  for (Writer &writer : writers)
    if (!writer.has_failed() && writer.state == VSS_WS_UNKNOWN) writer.failure = why;
}

void read_component_failures(IVssBackupComponents *backup, std::vector<Writer> &writers) {
  UINT count = 0;
  if (FAILED(backup->GetWriterComponentsCount(&count))) return;
  for (UINT i = 0; i < count; i++) {
    IVssWriterComponentsExt *found = nullptr;
    if (FAILED(backup->GetWriterComponents(i, &found))) continue;
    read_failures(found, writers);
    reinterpret_cast<WriterComponents *>(found)->Release();
  }
}
