#include "provider.h"

#include "../../../../ts-core/vss/native/identity.h"

namespace {

using GetClassObject = HRESULT(WINAPI *)(REFCLSID, REFIID, void **);

template <typename Interface>
ULONG drop(Interface *&held) {
  ULONG left = held ? held->Release() : 0;
  held = nullptr;
  return left;
}

}  // namespace

HRESULT Provider::load(const wchar_t *dll) {
  HMODULE module = LoadLibraryW(dll);
  if (!module) return HRESULT_FROM_WIN32(GetLastError());
  auto get_class =
      reinterpret_cast<GetClassObject>(reinterpret_cast<void *>(GetProcAddress(module, "DllGetClassObject")));
  if (!get_class) return HRESULT_FROM_WIN32(GetLastError());
  IClassFactory *factory = nullptr;
  HRESULT hr = get_class(provider_class_id, IID_IClassFactory, reinterpret_cast<void **>(&factory));
  if (FAILED(hr)) return hr;
  hr = factory->CreateInstance(nullptr, IID_IVssHardwareSnapshotProvider, reinterpret_cast<void **>(&hardware));
  factory->Release();
  return SUCCEEDED(hr) ? query() : hr;
}

HRESULT Provider::connect() {
  HRESULT hr = CoCreateInstance(provider_class_id, nullptr, CLSCTX_LOCAL_SERVER, IID_IVssHardwareSnapshotProvider,
                                reinterpret_cast<void **>(&hardware));
  return SUCCEEDED(hr) ? query() : hr;
}

HRESULT Provider::query() {
  HRESULT hr = hardware->QueryInterface(IID_IVssProviderCreateSnapshotSet, reinterpret_cast<void **>(&sets));
  if (FAILED(hr)) return hr;
  return hardware->QueryInterface(IID_IVssProviderNotifications, reinterpret_cast<void **>(&notifications));
}

ULONG Provider::release() {
  drop(sets);
  drop(notifications);
  return drop(hardware);
}
