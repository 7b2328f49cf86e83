#include "events.h"

#include "../lunInformation.h"

namespace {

json::Writer &member(json::Writer &to, const char *name, REFGUID guid) {
  write_guid(to.name(name), guid);
  return to;
}

unsigned long number(HRESULT hr) { return static_cast<unsigned long>(hr); }

json::Writer event(const char *name) {
  json::Writer line;
  line.open('{').member("event", name);
  return line;
}

void send(json::Writer &line) {
  line.close('}').text += '\n';
  DWORD written;
  /* A reader that has gone changes nothing: what was begun is brought to its end. */
  WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), line.text.data(), static_cast<DWORD>(line.text.size()), &written, nullptr);
}

void write_reason(json::Writer &to, const Failure &failure) {
  to.member("phase", failure.phase).member("hr", number(failure.hr)).member("message", name_of(failure.hr));
  if (!failure.volume.empty()) to.member("volume", failure.volume.c_str());
}

void write_copies(json::Writer &to, const std::vector<ShadowCopy> &copies) {
  to.name("snapshots").open('[');
  for (const ShadowCopy &copy : copies) {
    to.open('{').member("volume", copy.volume.c_str());
    member(to, "snapshotId", copy.id).close('}');
  }
  to.close(']');
}

const char *state_name(VSS_WRITER_STATE state) {
  static const char *const names[] = {
      "Unknown",          "Stable",         "WaitingForFreeze",  "WaitingForThaw",        "WaitingForPostSnapshot",
      "WaitingForBackupComplete", "FailedAtIdentify", "FailedAtPrepareBackup", "FailedAtPrepareSnapshot",
      "FailedAtFreeze",   "FailedAtThaw",   "FailedAtPostSnapshot", "FailedAtBackupComplete", "FailedAtPreRestore",
      "FailedAtPostRestore", "FailedAtBackupShutdown"};
  return static_cast<size_t>(state) < sizeof names / sizeof *names ? names[state] : names[0];
}

const char *reason_left_out(const Writer &writer, const Component &component) {
  if (component.coverage == Coverage::some) return "PartlyElsewhere";
  return writer.lacks_required ? "RequiredElsewhere" : "NotSelectable";
}

void write_component(json::Writer &to, const Writer &writer, const Component &component) {
  to.open('{').member("name", component.name.c_str()).member("logicalPath", component.logical_path.c_str());
  to.member("caption", component.caption.c_str());
  to.member("type", component.type == VSS_CT_DATABASE ? "Database" : "FileGroup");
  to.member("selected", component.included);
  if (!component.included) to.member("reason", reason_left_out(writer, component));
  to.name("paths").open('[');
  for (const std::wstring &path : component.paths) to.value(path.c_str());
  to.close(']').member("hr", number(component.failure));
  if (!component.message.empty()) to.member("message", component.message.c_str());
  to.close('}');
}

void write_writer(json::Writer &to, const Writer &writer) {
  member(to.open('{'), "id", writer.id);
  member(to, "instanceId", writer.instance).member("name", writer.name.c_str());
  to.member("state", state_name(writer.state)).member("hr", number(writer.failure));
  if (!writer.message.empty()) to.member("message", writer.message.c_str());
  to.name("components").open('[');
  for (const Component &component : writer.components)
    if (component.coverage != Coverage::none) write_component(to, writer, component);
  to.close(']').close('}');
}

void write_writers(json::Writer &to, const std::vector<Writer> &writers) {
  to.name("writers").open('[');
  for (const Writer &writer : writers) write_writer(to, writer);
  to.close(']');
}

}  // namespace

void tell_waiting(const Failure &reason, DWORD retry_ms) {
  json::Writer line = event("waiting");
  write_reason(line, reason);
  line.member("retryMs", retry_ms);
  send(line);
}

void tell_set(const GUID &set, const std::vector<ShadowCopy> &copies, const std::vector<Writer> &writers) {
  json::Writer line = event("set");
  member(line, "setId", set);
  write_copies(line, copies);
  write_writers(line, writers);
  send(line);
}

void tell_done(HRESULT hr, const std::vector<ShadowCopy> &copies, const std::vector<Writer> &writers,
               const std::vector<Warning> &warnings) {
  json::Writer line = event("done");
  line.member("hr", number(hr)).member("phase", "DoSnapshotSet");
  write_copies(line, copies);
  write_writers(line, writers);
  line.name("warnings").open('[');
  for (const Warning &warning : warnings) {
    write_reason(line.open('{'), warning);
    line.close('}');
  }
  line.close(']');
  send(line);
}

void tell_failed(const Failure &failure, const std::vector<Writer> &writers) {
  json::Writer line = event("failed");
  write_reason(line, failure);
  write_writers(line, writers);
  send(line);
}
