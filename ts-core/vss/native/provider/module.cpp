/* What COM asks of the DLL, and where it lies. */
#include "module.h"

#include <new>

#include "../identity.h"
#include "guarded.h"
#include "provider.h"

HMODULE this_module;
LONG objects_in_use;

std::wstring module_path() {
  std::wstring path(MAX_PATH, L'\0');
  DWORD length;
  while ((length = GetModuleFileNameW(this_module, path.data(), static_cast<DWORD>(path.size()))) == path.size())
    path.resize(2 * path.size());
  path.resize(length);
  return path;
}

std::wstring module_folder() {
  std::wstring path = module_path();
  return path.substr(0, path.rfind(L'\\') + 1);
}

namespace {

class Factory : public IClassFactory {
 public:
  STDMETHODIMP QueryInterface(REFIID id, void **object) override {
    if (!object) return E_POINTER;
    *object = id == IID_IUnknown || id == IID_IClassFactory ? this : nullptr;
    return *object ? S_OK : E_NOINTERFACE;
  }
  STDMETHODIMP_(ULONG) AddRef() override { return 2; } /* lives as long as the DLL */
  STDMETHODIMP_(ULONG) Release() override { return 1; }

  STDMETHODIMP CreateInstance(IUnknown *outer, REFIID id, void **object) override {
    if (!object) return E_POINTER;
    *object = nullptr;
    if (outer) return CLASS_E_NOAGGREGATION;
    return guarded([&] {
      auto provider = new Provider;
      HRESULT hr = provider->QueryInterface(id, object);
      provider->Release();
      return hr;
    });
  }

  STDMETHODIMP LockServer(WINBOOL lock) override {
    lock ? InterlockedIncrement(&objects_in_use) : InterlockedDecrement(&objects_in_use);
    return S_OK;
  }
};

Factory factory;

}  // namespace

extern "C" BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *) {
  if (reason == DLL_PROCESS_ATTACH) {
    this_module = instance;
    DisableThreadLibraryCalls(instance);
  }
  return TRUE;
}

STDAPI DllGetClassObject(REFCLSID class_id, REFIID id, void **object) {
  if (class_id == provider_class_id) return factory.QueryInterface(id, object);
  if (object) *object = nullptr;
  return CLASS_E_CLASSNOTAVAILABLE;
}

STDAPI DllCanUnloadNow() { return objects_in_use ? S_FALSE : S_OK; }
