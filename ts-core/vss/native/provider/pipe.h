/* A pipe whose one end, ours, can be waited for with a deadline. Anonymous pipes cannot. */
#pragma once
#include "handle.h"

enum class Direction { to_child, from_child };

struct Pipe {
  Handle ours, theirs;
};

/* Either end may be missing. */
Pipe make_pipe(Direction direction);

/* What was moved until then; 0: nothing was, as the other end is gone, the time is over or `stop` was set. */
DWORD read_some(HANDLE pipe, char *room, DWORD size, HANDLE stop);
bool write_all(HANDLE pipe, const char *bytes, DWORD size, ULONGLONG until_tick);
DWORD ms_until(ULONGLONG tick);
