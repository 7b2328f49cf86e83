/* What the core asks for: the first line of standard input. */
#pragma once
#include <windows.h>

#include <vss.h>

#include <optional>
#include <string>
#include <vector>

struct Request {
  std::vector<std::wstring> volumes; /* by GUID: \\?\Volume{...}\ with the backslash at the end */
  std::vector<GUID> excluded_writers;
  VSS_BACKUP_TYPE backup_type = VSS_BT_COPY; /* a full one would cut off logs that the regular backup needs */
  bool transportable = true;
  bool persistent = false;

  LONG context() const;
};

/* Nothing for a line that asks for anything else than it may. */
std::optional<Request> read_request(const std::string &line);
