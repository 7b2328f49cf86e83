/* A COM object that counts its references; what it is asked for beyond its first interfaces it does not have. */
#pragma once
#include <windows.h>

#include <objbase.h>
#include <oleauto.h>

#include <string>

#include "../../../../../ts-core/vss/native/json.h"

template <typename Interface>
class Object : public Interface {
 public:
  virtual ~Object() = default;
  STDMETHODIMP QueryInterface(REFIID id, void **out) override {
    *out = has(id) ? static_cast<Interface *>(this) : nullptr;
    if (!*out) return E_NOINTERFACE;
    this->AddRef();
    return S_OK;
  }
  STDMETHODIMP_(ULONG) AddRef() override { return static_cast<ULONG>(InterlockedIncrement(&references_)); }
  STDMETHODIMP_(ULONG) Release() override {
    LONG left = InterlockedDecrement(&references_);
    if (left == 0) delete this;
    return static_cast<ULONG>(left);
  }

 protected:
  virtual bool has(REFIID id) { return id == IID_IUnknown; }

 private:
  LONG references_ = 1;
};

/* A method that no requestor of ours calls. */
#define NOT_CALLED(method, ...) \
  STDMETHODIMP method(__VA_ARGS__) override { return E_NOTIMPL; }

inline std::wstring text_of(const json::Value &from, const char *name) {
  const json::Value *found = from.find(name, json::Kind::string);
  return found ? json::wide(found->string) : std::wstring();
}

inline BSTR bstr_of(const json::Value &from, const char *name) { return SysAllocString(text_of(from, name).c_str()); }

inline unsigned long number_of(const json::Value &from, const char *name) {
  const json::Value *found = from.find(name, json::Kind::number);
  return found ? static_cast<unsigned long>(found->number) : 0;
}

inline HRESULT hr_of(const json::Value &from) { return static_cast<HRESULT>(number_of(from, "hr")); }

inline GUID guid_of(const json::Value &from, const char *name) {
  GUID guid = {};
  CLSIDFromString(text_of(from, name).c_str(), &guid);
  return guid;
}

inline const std::vector<json::Value> &list_of(const json::Value &from, const char *name) {
  static const std::vector<json::Value> none;
  const json::Value *found = from.find(name, json::Kind::array);
  return found ? found->items : none;
}
