/* Standard input: the request, then go, or its end, which means: give up. */
#pragma once
#include <windows.h>

#include <string>

class Input {
 public:
  /* The next line; empty at the end, and for one that is too long. */
  std::string line();
  /* From now on a thread reads, and `ended` is signalled as soon as nobody can say go any more. */
  bool watch();
  HANDLE ended() const { return ended_; }
  /* False: the end, or nothing in that time. */
  bool wait_for_go(DWORD timeout_ms) const;

 private:
  HANDLE go_ = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  HANDLE ended_ = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  std::string buffer_;

  static DWORD WINAPI read_on(void *input);
  bool read_more();
};
