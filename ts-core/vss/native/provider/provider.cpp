#include "provider.h"

#include "../lunInformation.h"

#include "guarded.h"
#include "module.h"

Provider::Provider() : core_(Core::shared()) { InterlockedIncrement(&objects_in_use); }

Provider::~Provider() {
  core_.reset(); /* before the DLL may be unloaded: the last one waits for the reading thread */
  InterlockedDecrement(&objects_in_use);
}

STDMETHODIMP Provider::QueryInterface(REFIID id, void **object) {
  if (!object) return E_POINTER;
  *object = nullptr;
  if (id == IID_IUnknown || id == IID_IVssHardwareSnapshotProvider || id == IID_IVssHardwareSnapshotProviderEx)
    *object = static_cast<IVssHardwareSnapshotProviderEx *>(this);
  else if (id == IID_IVssProviderCreateSnapshotSet)
    *object = static_cast<IVssProviderCreateSnapshotSet *>(this);
  else if (id == IID_IVssProviderNotifications)
    *object = static_cast<IVssProviderNotifications *>(this);
  else
    return E_NOINTERFACE;
  AddRef();
  return S_OK;
}

STDMETHODIMP_(ULONG) Provider::AddRef() { return static_cast<ULONG>(InterlockedIncrement(&references_)); }

STDMETHODIMP_(ULONG) Provider::Release() {
  LONG left = InterlockedDecrement(&references_);
  if (left == 0) delete this;
  return static_cast<ULONG>(left);
}

Result Provider::ask(const Method &method, const GUID *set, const WriteArguments &write_arguments) {
  return core_->ask(method, set, [&](json::Writer &to) {
    if (set) write_guid(to.name("setId"), *set);
    write_arguments(to);
  });
}

/* A provider that does not load would be an error of the whole shadow copy, of other providers' volumes too. */
STDMETHODIMP Provider::OnLoad(IUnknown *) {
  guarded([&] { return ask(methods::on_load, nullptr, [](json::Writer &) {}).hr; });
  return S_OK;
}

STDMETHODIMP Provider::OnUnload(WINBOOL force) {
  guarded([&] {
    ask(methods::on_unload, nullptr, [&](json::Writer &to) { to.member("force", force != FALSE); });
    core_->end();
    return S_OK;
  });
  return S_OK;
}
