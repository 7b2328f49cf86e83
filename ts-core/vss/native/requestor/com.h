/* What COM hands out, given back when it goes out of scope. */
#pragma once
#include <windows.h>

#include <objbase.h>
#include <oleauto.h>

#include <string>

template <typename Interface>
class Com {
 public:
  Com() = default;
  Com(const Com &) = delete;
  Com &operator=(const Com &) = delete;
  ~Com() {
    if (pointer_) pointer_->Release();
  }
  Interface **out() { return &pointer_; }
  Interface *operator->() const { return pointer_; }
  Interface *get() const { return pointer_; }

 private:
  Interface *pointer_ = nullptr;
};

class Bstr {
 public:
  Bstr() = default;
  Bstr(const Bstr &) = delete;
  Bstr &operator=(const Bstr &) = delete;
  ~Bstr() { SysFreeString(string_); }
  BSTR *out() { return &string_; }
  std::wstring text() const { return string_ ? std::wstring(string_, SysStringLen(string_)) : std::wstring(); }

 private:
  BSTR string_ = nullptr;
};
