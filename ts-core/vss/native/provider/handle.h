/* A handle that is closed when its owner goes. */
#pragma once
#include <windows.h>

class Handle {
 public:
  Handle() = default;
  explicit Handle(HANDLE handle) : handle_(handle) {}
  Handle(Handle &&other) noexcept : handle_(other.handle_) { other.handle_ = nullptr; }
  Handle &operator=(Handle &&other) noexcept {
    close();
    handle_ = other.handle_;
    other.handle_ = nullptr;
    return *this;
  }
  ~Handle() { close(); }

  void close() {
    if (*this) CloseHandle(handle_);
    handle_ = nullptr;
  }
  HANDLE get() const { return handle_; }
  explicit operator bool() const { return handle_ && handle_ != INVALID_HANDLE_VALUE; }

 private:
  HANDLE handle_ = nullptr;
};
