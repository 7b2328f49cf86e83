#include "rawCall.h"

#include <objbase.h>

#include <chrono>
#include <functional>
#include <map>

namespace {

struct Call {
  Provider &provider;
  VSS_ID set, snapshot;
  LONG context, number;
  std::vector<Disk> disks;
  std::vector<VSS_PWSZ> devices;
  std::vector<VDS_LUN_INFORMATION> luns, targets;
  WINBOOL supported = FALSE;

  LONG count() const { return static_cast<LONG>(luns.size()); }
};

VSS_ID id_in(const json::Value &command, const char *name) {
  VSS_ID id = {};
  const json::Value *text = command.find(name, json::Kind::string);
  if (text) CLSIDFromString(json::wide(text->string).c_str(), &id);
  return id;
}

LONG number_in(const json::Value &command, const char *name) {
  const json::Value *number = command.find(name, json::Kind::number);
  return number ? static_cast<LONG>(number->number) : 0;
}

using Method = std::function<HRESULT(Call &)>;

const std::map<std::string, Method> methods = {
    {"OnLoad", [](Call &c) { return c.provider.notifications->OnLoad(nullptr); }},
    {"OnUnload", [](Call &c) { return c.provider.notifications->OnUnload(c.number != 0); }},
    {"AreLunsSupported",
     [](Call &c) {
       return c.provider.hardware->AreLunsSupported(c.count(), c.context, c.devices.data(), c.luns.data(),
                                                    &c.supported);
     }},
    {"BeginPrepareSnapshot",
     [](Call &c) {
       return c.provider.hardware->BeginPrepareSnapshot(c.set, c.snapshot, c.context, c.count(), c.devices.data(),
                                                        c.luns.data());
     }},
    {"GetTargetLuns",
     [](Call &c) {
       c.targets.resize(c.luns.size());
       return c.provider.hardware->GetTargetLuns(c.count(), c.devices.data(), c.luns.data(), c.targets.data());
     }},
    {"LocateLuns", [](Call &c) { return c.provider.hardware->LocateLuns(c.count(), c.luns.data()); }},
    {"FillInLunInfo",
     [](Call &c) { return c.provider.hardware->FillInLunInfo(c.devices[0], &c.luns[0], &c.supported); }},
    {"OnLunEmpty", [](Call &c) { return c.provider.hardware->OnLunEmpty(c.devices[0], &c.luns[0]); }},
    {"EndPrepareSnapshots", [](Call &c) { return c.provider.sets->EndPrepareSnapshots(c.set); }},
    {"PreCommitSnapshots", [](Call &c) { return c.provider.sets->PreCommitSnapshots(c.set); }},
    {"CommitSnapshots", [](Call &c) { return c.provider.sets->CommitSnapshots(c.set); }},
    {"PostCommitSnapshots", [](Call &c) { return c.provider.sets->PostCommitSnapshots(c.set, c.number); }},
    {"PreFinalCommitSnapshots", [](Call &c) { return c.provider.sets->PreFinalCommitSnapshots(c.set); }},
    {"PostFinalCommitSnapshots", [](Call &c) { return c.provider.sets->PostFinalCommitSnapshots(c.set); }},
    {"AbortSnapshots", [](Call &c) { return c.provider.sets->AbortSnapshots(c.set); }},
};

HRESULT run(Call &call, const json::Value &command) {
  const json::Value *name = command.find("method", json::Kind::string);
  auto method = methods.find(name ? name->string : "");
  if (method == methods.end()) return E_NOTIMPL;
  bool needs_disk = method->first == "FillInLunInfo" || method->first == "OnLunEmpty";
  return needs_disk && call.disks.empty() ? E_INVALIDARG : method->second(call);
}

}  // namespace

json::Writer call_raw(Provider &provider, const json::Value &command) {
  Call call{provider,
            id_in(command, "setId"),
            id_in(command, "snapshotId"),
            number_in(command, "context"),
            number_in(command, "count"),
            disks_in(command),
            {},
            {},
            {}};
  for (Disk &disk : call.disks) {
    call.devices.push_back(disk.device.data());
    call.luns.push_back(disk.lun);
  }
  auto start = std::chrono::steady_clock::now();
  HRESULT hr = run(call, command);
  auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  for (size_t i = 0; i < call.disks.size(); i++) call.disks[i].lun = call.luns[i];

  json::Writer answer;
  answer.open('{').member("event", "done").member("hr", static_cast<unsigned long>(hr));
  answer.member("us", static_cast<long long>(took.count())).member("supported", call.supported != FALSE);
  write_luns(answer.name("luns"), call.luns.data(), call.luns.size());
  write_luns(answer.name("targets"), call.targets.data(), call.targets.size());
  for (VDS_LUN_INFORMATION &target : call.targets) free_identity(target);
  answer.close('}');
  return answer;
}
