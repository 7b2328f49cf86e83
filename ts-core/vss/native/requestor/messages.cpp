#include <stdio.h>
#include <vsserror.h>
#include <windows.h>

#include "async.h"
#include "events.h"

namespace {

struct Meaning {
  HRESULT hr;
  const char *message;
};

/* Microsoft's names first, so that they can be searched for. */
constexpr Meaning meanings[] = {
    {E_ACCESSDENIED, "E_ACCESSDENIED: only administrators and SYSTEM may make shadow copies. Run it elevated."},
    {E_OUTOFMEMORY, "E_OUTOFMEMORY: the server is out of memory."},
    {E_INVALIDARG, "E_INVALIDARG: the request is none that a requestor takes."},
    {E_NOTIMPL, "E_NOTIMPL: this Windows has no Volume Shadow Copy Service."},
    {REGDB_E_CLASSNOTREG, "REGDB_E_CLASSNOTREG: a COM class of VSS or of the provider is not registered."},
    {timed_out, "ERROR_TIMEOUT: it took too long and was given up."},
    {cancelled, "ERROR_CANCELLED: the caller gave up before the writers were frozen."},
    {VSS_E_BAD_STATE, "VSS_E_BAD_STATE: VSS was not ready for this step. Look into the Application event log."},
    {VSS_E_UNEXPECTED, "VSS_E_UNEXPECTED: look into the Application event log, sources VSS and QnapSnapshot."},
    {VSS_E_PROVIDER_NOT_REGISTERED, "VSS_E_PROVIDER_NOT_REGISTERED: run Install-QnapVssProvider."},
    {VSS_E_PROVIDER_VETO, "VSS_E_PROVIDER_VETO: the provider refused. Its reason is in the Application event log."},
    {VSS_E_PROVIDER_IN_USE, "VSS_E_PROVIDER_IN_USE: the provider is busy. Try again later."},
    {VSS_E_OBJECT_NOT_FOUND, "VSS_E_OBJECT_NOT_FOUND: the volume is not there any more."},
    {VSS_E_VOLUME_NOT_SUPPORTED, "VSS_E_VOLUME_NOT_SUPPORTED: no provider supports the volume."},
    {VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER,
     "VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER: the provider does not take the volume: its LUN is none of a NAS that is stored "
     "for the machine, or the NAS does not answer."},
    {VSS_E_UNEXPECTED_PROVIDER_ERROR, "VSS_E_UNEXPECTED_PROVIDER_ERROR: look into the Application event log."},
    {VSS_E_FLUSH_WRITES_TIMEOUT, "VSS_E_FLUSH_WRITES_TIMEOUT: the volumes could not be flushed in time. Try again in ten minutes."},
    {VSS_E_HOLD_WRITES_TIMEOUT, "VSS_E_HOLD_WRITES_TIMEOUT: writes could not be held long enough. Try again in ten minutes."},
    {VSS_E_SNAPSHOT_SET_IN_PROGRESS, "VSS_E_SNAPSHOT_SET_IN_PROGRESS: another program is making a shadow copy."},
    {VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED, "VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED: remove older shadow copies."},
    {VSS_E_UNEXPECTED_WRITER_ERROR, "VSS_E_UNEXPECTED_WRITER_ERROR: see 'vssadmin list writers'."},
    {VSS_E_WRITER_INFRASTRUCTURE, "VSS_E_WRITER_INFRASTRUCTURE: writers cannot be reached. See the services VSS and COM+ Event System."},
    {VSS_E_WRITER_NOT_RESPONDING, "VSS_E_WRITER_NOT_RESPONDING: a writer does not answer. See 'vssadmin list writers'."},
    {VSS_E_UNSUPPORTED_CONTEXT, "VSS_E_UNSUPPORTED_CONTEXT: the provider does not make this kind of shadow copy."},
    {VSS_E_INSUFFICIENT_STORAGE, "VSS_E_INSUFFICIENT_STORAGE: there is no room for a shadow copy."},
    {VSS_S_SOME_SNAPSHOTS_NOT_IMPORTED, "VSS_S_SOME_SNAPSHOTS_NOT_IMPORTED: not every shadow copy could be shown to this server."},
    {VSS_E_NO_SNAPSHOTS_IMPORTED, "VSS_E_NO_SNAPSHOTS_IMPORTED: no shadow copy could be shown to this server."},
    {VSS_E_REBOOT_REQUIRED, "VSS_E_REBOOT_REQUIRED: restart the server."},
    {VSS_E_CLUSTER_TIMEOUT, "VSS_E_CLUSTER_TIMEOUT: the cluster took too long."},
};

}  // namespace

std::string message_of(HRESULT hr) {
  for (const Meaning &each : meanings)
    if (each.hr == hr) return each.message;
  char text[24];
  snprintf(text, sizeof text, "HRESULT 0x%08lX", static_cast<unsigned long>(hr));
  return text;
}
