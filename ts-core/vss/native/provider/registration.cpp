/*
 * DllRegisterServer: the class, for COM and for COM+, which reads it when the DLL is installed as a component.
 * QVssRegister, QVssUnregister: the provider, with VSS itself. Both answer with an HRESULT; see docs/protocol.md.
 */
#include <objbase.h>
#include <vss.h>

#include <vsadmin.h>
#include <vsserror.h>

#include "../identity.h"
#include "guarded.h"
#include "module.h"

namespace {

std::wstring class_key() {
  wchar_t id[40];
  StringFromGUID2(provider_class_id, id, 40);
  return std::wstring(L"SOFTWARE\\Classes\\CLSID\\") + id;
}

HRESULT set_value(const std::wstring &key, const wchar_t *name, const std::wstring &value) {
  auto size = static_cast<DWORD>((value.size() + 1) * sizeof(wchar_t));
  return HRESULT_FROM_WIN32(RegSetKeyValueW(HKEY_LOCAL_MACHINE, key.c_str(), name, REG_SZ, value.c_str(), size));
}

HRESULT register_class() {
  std::wstring key = class_key(), server = key + L"\\InprocServer32";
  HRESULT hr = set_value(key, nullptr, provider_name);
  if (SUCCEEDED(hr)) hr = set_value(server, nullptr, module_path());
  if (SUCCEEDED(hr)) hr = set_value(server, L"ThreadingModel", L"Both");
  return hr;
}

VSS_PWSZ text(const wchar_t *constant) { return const_cast<VSS_PWSZ>(constant); }

HRESULT register_provider(IVssAdmin *admin) {
  return admin->RegisterProvider(provider_id, provider_class_id, text(provider_name), VSS_PROV_HARDWARE,
                                 text(PRODUCT_VERSION), provider_version_id);
}

HRESULT unregister_provider(IVssAdmin *admin) {
  HRESULT hr = admin->UnregisterProvider(provider_id);
  return hr == VSS_E_PROVIDER_NOT_REGISTERED ? S_OK : hr;
}

/* On a machine without VSS, or where hardware providers are not allowed, the answer is what Windows said. */
HRESULT with_admin(HRESULT (*work)(IVssAdmin *)) {
  HRESULT entered = CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  IVssAdmin *admin = nullptr;
  HRESULT hr =
      CoCreateInstance(CLSID_VSSCoordinator, nullptr, CLSCTX_ALL, IID_IVssAdmin, reinterpret_cast<void **>(&admin));
  if (SUCCEEDED(hr)) {
    hr = work(admin);
    admin->Release();
  }
  if (SUCCEEDED(entered)) CoUninitialize();
  return hr;
}

}  // namespace

STDAPI DllRegisterServer() { return guarded(register_class); }

STDAPI DllUnregisterServer() {
  return guarded([] {
    LONG error = RegDeleteTreeW(HKEY_LOCAL_MACHINE, class_key().c_str());
    return error == ERROR_FILE_NOT_FOUND ? S_OK : HRESULT_FROM_WIN32(error);
  });
}

/* In the place of an older version, if there is one. */
STDAPI QVssRegister() {
  HRESULT hr = with_admin(unregister_provider);
  return SUCCEEDED(hr) ? with_admin(register_provider) : hr;
}

STDAPI QVssUnregister() { return with_admin(unregister_provider); }
