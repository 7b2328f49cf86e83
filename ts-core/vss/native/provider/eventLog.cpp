#include "eventLog.h"

#include <objbase.h>
#include <stdio.h>

#include "../identity.h"
#include "lock.h"

namespace {

constexpr DWORD event_refused = 1; /* whose text, in the file that the source is registered with, is "%1" */
constexpr size_t max_waiting = 100;

void write(const std::wstring &text) {
  HANDLE log = RegisterEventSourceW(nullptr, event_source);
  if (!log) return;
  const wchar_t *texts[] = {text.c_str()};
  ReportEventW(log, EVENTLOG_ERROR_TYPE, 0, event_refused, nullptr, 1, 0, texts, nullptr);
  DeregisterEventSource(log);
}

}  // namespace

std::wstring refusal_text(const char *method, const GUID *set, HRESULT hr, const std::wstring &reason) {
  wchar_t id[40] = L"", code[16];
  if (set) StringFromGUID2(*set, id, 40);
  swprintf(code, 16, L"0x%08lx", static_cast<unsigned long>(hr));
  return L"The QNAP snapshot provider refused " + std::wstring(method, method + strlen(method)) + L" (" + code + L")" +
         (set ? L" of shadow copy set " + std::wstring(id) : L"") + L": " + reason +
         L". What it left on a NAS is cleared away by the next shadow copy, or by Repair-QnapOperation.";
}

void EventLog::report(std::wstring text) {
  {
    Lock lock(lock_);
    if (waiting_.size() < max_waiting) waiting_.push_back(std::move(text));
    if (held_) return;
  }
  release();
}

void EventLog::hold() {
  Lock lock(lock_);
  held_ = true;
}

void EventLog::release() {
  std::vector<std::wstring> texts;
  {
    Lock lock(lock_);
    held_ = false;
    texts.swap(waiting_);
  }
  for (const auto &text : texts) write(text);
}
