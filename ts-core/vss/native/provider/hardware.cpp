/* IVssHardwareSnapshotProviderEx: whose LUNs they are, what their shadow copies look like, when those may go. */
#include "../lunInformation.h"
#include "guarded.h"
#include "provider.h"

namespace {

void write_devices(json::Writer &to, VSS_PWSZ *devices, size_t count) {
  to.open('[');
  for (size_t i = 0; devices && i < count; i++) devices[i] ? to.value(devices[i]) : to.null();
  to.close(']');
}

void write_disks(json::Writer &to, LONG count, VSS_PWSZ *devices, VDS_LUN_INFORMATION *luns) {
  write_devices(to.name("devices"), devices, static_cast<size_t>(count));
  write_luns(to.name("luns"), luns, static_cast<size_t>(count));
}

bool all_may_be_of_qnap(const VDS_LUN_INFORMATION *luns, LONG count) {
  for (LONG i = 0; i < count; i++)
    if (!may_be_of_qnap(luns[i])) return false;
  return count > 0;
}

bool says_supported(const Result &result) {
  const json::Value *supported = result.answer.find("supported", json::Kind::boolean);
  return result.hr == S_OK && supported && supported->boolean;
}

/* The rest of the structure is as the source's: the same kind of LUN of the same NAS. */
HRESULT make_target(const VDS_LUN_INFORMATION &source, const json::Value &told, VDS_LUN_INFORMATION &target) {
  target = {};
  target.m_version = VER_VDS_LUN_INFORMATION;
  target.m_DeviceType = source.m_DeviceType;
  target.m_DeviceTypeModifier = source.m_DeviceTypeModifier;
  target.m_bCommandQueueing = source.m_bCommandQueueing;
  target.m_BusType = source.m_BusType;
  return replace_identity(target, told);
}

/* All or nothing. */
HRESULT make_targets(LONG count, const VDS_LUN_INFORMATION *sources, const json::Value &answer,
                     VDS_LUN_INFORMATION *targets) {
  const json::Value *told = answer.find("targets", json::Kind::array);
  HRESULT hr = told && told->items.size() == static_cast<size_t>(count) ? S_OK : VSS_E_PROVIDER_VETO;
  for (LONG i = 0; hr == S_OK && i < count; i++) {
    hr = make_target(sources[i], told->items[static_cast<size_t>(i)], targets[i]);
    for (LONG made = 0; hr != S_OK && made < i; made++) free_identity(targets[made]);
  }
  return hr == S_OK || hr == E_OUTOFMEMORY ? hr : VSS_E_PROVIDER_VETO;
}

}  // namespace

/* A core that is down makes the LUNs nobody's, never the other providers' shadow copy an error. */
STDMETHODIMP Provider::AreLunsSupported(LONG count, LONG context, VSS_PWSZ *devices, VDS_LUN_INFORMATION *luns,
                                        WINBOOL *supported) {
  if (!supported) return E_INVALIDARG;
  *supported = FALSE;
  if (count < 0 || (count && !luns)) return E_INVALIDARG;
  if (!all_may_be_of_qnap(luns, count)) return S_OK;
  guarded([&] {
    auto result = ask(methods::are_luns_supported, nullptr,
                      [&](json::Writer &to) { write_disks(to.member("context", context), count, devices, luns); });
    *supported = says_supported(result);
    return S_OK;
  });
  return S_OK;
}

/* What GetTargetLuns said of it, VSS gets again: the strings of a disk that has just arrived may differ in blanks. */
STDMETHODIMP Provider::FillInLunInfo(VSS_PWSZ device, VDS_LUN_INFORMATION *lun, WINBOOL *supported) {
  if (!supported) return E_INVALIDARG;
  *supported = FALSE;
  if (!lun) return E_INVALIDARG;
  if (!may_be_of_qnap(*lun)) return S_OK;
  guarded([&] {
    auto result = ask(methods::fill_in_lun_info, nullptr, [&](json::Writer &to) { write_disks(to, 1, &device, lun); });
    const json::Value *told = result.answer.find("lun", json::Kind::object);
    *supported = says_supported(result) && (!told || replace_identity(*lun, *told) == S_OK);
    return S_OK;
  });
  return S_OK;
}

STDMETHODIMP Provider::BeginPrepareSnapshot(VSS_ID set, VSS_ID snapshot, LONG context, LONG count, VSS_PWSZ *devices,
                                            VDS_LUN_INFORMATION *luns) {
  if (count <= 0 || !luns) return E_INVALIDARG;
  return guarded([&] {
    return ask(methods::begin_prepare, &set,
               [&](json::Writer &to) {
                 write_guid(to.name("snapshotId"), snapshot);
                 write_disks(to.member("context", context), count, devices, luns);
               })
        .hr;
  });
}

STDMETHODIMP Provider::GetTargetLuns(LONG count, VSS_PWSZ *devices, VDS_LUN_INFORMATION *sources,
                                     VDS_LUN_INFORMATION *targets) {
  if (count <= 0 || !sources || !targets) return E_INVALIDARG;
  return guarded([&] {
    auto result =
        ask(methods::get_target_luns, nullptr, [&](json::Writer &to) { write_disks(to, count, devices, sources); });
    if (result.hr != S_OK) return result.hr;
    HRESULT hr = make_targets(count, sources, result.answer, targets);
    if (hr != S_OK)
      core_->report(methods::get_target_luns, nullptr, hr, L"the core's answer describes other LUNs, or none");
    return hr;
  });
}

STDMETHODIMP Provider::LocateLuns(LONG count, VDS_LUN_INFORMATION *luns) {
  if (count <= 0 || !luns) return E_INVALIDARG;
  return guarded([&] {
    return ask(methods::locate_luns, nullptr,
               [&](json::Writer &to) { write_luns(to.name("luns"), luns, static_cast<size_t>(count)); })
        .hr;
  });
}

STDMETHODIMP Provider::OnLunEmpty(VSS_PWSZ device, VDS_LUN_INFORMATION *lun) {
  if (!lun) return E_INVALIDARG;
  return guarded(
      [&] { return ask(methods::on_lun_empty, nullptr, [&](json::Writer &to) { write_disks(to, 1, &device, lun); }).hr; });
}

/* None of those that there are: a LUN of ours is never repointed, nor resynchronised. */
STDMETHODIMP Provider::GetProviderCapabilities(ULONGLONG *mask) {
  if (!mask) return E_INVALIDARG;
  *mask = 0;
  return S_OK;
}

STDMETHODIMP Provider::OnLunStateChange(VDS_LUN_INFORMATION *shadows, VDS_LUN_INFORMATION *originals, DWORD count,
                                        DWORD flags) {
  if (!count || !shadows) return E_INVALIDARG;
  return guarded([&] {
    return ask(methods::on_lun_state_change, nullptr,
               [&](json::Writer &to) {
                 write_luns(to.member("flags", flags).name("luns"), shadows, count);
                 write_luns(to.name("originals"), originals, count);
               })
        .hr;
  });
}

/* Would write over a LUN in use. A restore is Restore-QnapLunSnapshot's, which first takes the LUN from its users. */
STDMETHODIMP Provider::ResyncLuns(VDS_LUN_INFORMATION *, VDS_LUN_INFORMATION *, DWORD, IVssAsync **async) {
  if (async) *async = nullptr;
  return VSS_E_PROVIDER_VETO;
}

STDMETHODIMP Provider::OnReuseLuns(VDS_LUN_INFORMATION *shadows, VDS_LUN_INFORMATION *originals, DWORD count) {
  if (!count || !shadows) return E_INVALIDARG;
  return guarded([&] {
    return ask(methods::on_reuse_luns, nullptr,
               [&](json::Writer &to) {
                 write_luns(to.name("luns"), shadows, count);
                 write_luns(to.name("originals"), originals, count);
               })
        .hr;
  });
}
