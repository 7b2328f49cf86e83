#include "toldSurroundings.h"

namespace {

json::Writer event(const char *name) {
  json::Writer line;
  line.open('{').member("event", name);
  return line;
}

}  // namespace

std::vector<Disk> ToldSurroundings::disks_of(const wchar_t *volume) {
  return disks_in(channel_.ask(event("volume").member("name", volume).close('}')));
}

void ToldSurroundings::reach(const char *moment) { channel_.ask(event("moment").member("moment", moment).close('}')); }

std::vector<Disk> ToldSurroundings::rescan(const std::vector<VDS_LUN_INFORMATION> &shown) {
  json::Writer line = event("rescan");
  write_luns(line.name("shown"), shown.data(), shown.size());
  return disks_in(channel_.ask(line.close('}')));
}

void ToldSurroundings::returned(const char *method, HRESULT hr, double ms) {
  long long microseconds = static_cast<long long>(ms * 1000);
  channel_.say(event("returned")
                   .member("method", method)
                   .member("hr", static_cast<long long>(static_cast<unsigned long>(hr)))
                   .member("us", microseconds)
                   .close('}'));
}
