#include "pipe.h"

#include <objbase.h>

#include <string>

namespace {

constexpr DWORD buffer_size = 65536;

std::wstring new_name() {
  GUID guid;
  wchar_t text[40];
  CoCreateGuid(&guid);
  StringFromGUID2(guid, text, 40);
  return std::wstring(L"\\\\.\\pipe\\QnapSnapshot-") + text;
}

/* Waits for what was begun; what does not end in time is taken back. 0 for nothing. */
DWORD finish(HANDLE pipe, OVERLAPPED &begun, DWORD timeout_ms, HANDLE stop) {
  HANDLE events[] = {begun.hEvent, stop};
  DWORD moved = 0;
  if (WaitForMultipleObjects(stop ? 2 : 1, events, FALSE, timeout_ms) != WAIT_OBJECT_0) CancelIoEx(pipe, &begun);
  return GetOverlappedResult(pipe, &begun, &moved, TRUE) ? moved : 0;
}

}  // namespace

Pipe make_pipe(Direction direction) {
  bool to_child = direction == Direction::to_child;
  DWORD ours = to_child ? PIPE_ACCESS_OUTBOUND : PIPE_ACCESS_INBOUND;
  DWORD theirs = to_child ? GENERIC_READ | FILE_WRITE_ATTRIBUTES : GENERIC_WRITE | FILE_READ_ATTRIBUTES;
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, nullptr, TRUE};
  std::wstring name = new_name();
  Pipe pipe;
  pipe.ours = Handle(CreateNamedPipeW(name.c_str(), ours | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                      PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, buffer_size,
                                      buffer_size, 0, nullptr));
  if (pipe.ours) pipe.theirs = Handle(CreateFileW(name.c_str(), theirs, 0, &inherited, OPEN_EXISTING, 0, nullptr));
  return pipe;
}

DWORD read_some(HANDLE pipe, char *room, DWORD size, HANDLE stop) {
  Handle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  OVERLAPPED begun = {};
  begun.hEvent = event.get();
  if (!event || (!ReadFile(pipe, room, size, nullptr, &begun) && GetLastError() != ERROR_IO_PENDING)) return 0;
  return finish(pipe, begun, INFINITE, stop);
}

bool write_all(HANDLE pipe, const char *bytes, DWORD size, ULONGLONG until_tick) {
  Handle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  for (DWORD sent = 0, moved; sent < size; sent += moved) {
    OVERLAPPED begun = {};
    begun.hEvent = event.get();
    if (!event || (!WriteFile(pipe, bytes + sent, size - sent, nullptr, &begun) && GetLastError() != ERROR_IO_PENDING))
      return false;
    moved = finish(pipe, begun, ms_until(until_tick), nullptr);
    if (moved == 0) return false;
  }
  return true;
}

DWORD ms_until(ULONGLONG tick) {
  ULONGLONG now = GetTickCount64();
  return tick > now ? static_cast<DWORD>(tick - now) : 0;
}
