/* Refusals in Windows' Application log. While volumes are frozen they wait: the log may lie on one of them. */
#pragma once
#include <windows.h>

#include <string>
#include <vector>

std::wstring refusal_text(const char *method, const GUID *set, HRESULT hr, const std::wstring &reason);

class EventLog {
 public:
  ~EventLog() { release(); }

  void report(std::wstring text);
  void hold();
  void release();

 private:
  SRWLOCK lock_ = SRWLOCK_INIT;
  bool held_ = false;
  std::vector<std::wstring> waiting_;
};
