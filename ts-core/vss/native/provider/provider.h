/*
 * The hardware provider as VSS sees it. It decides nothing: each callback is a request to the core (see
 * docs/protocol.md, "VSS provider"), and nothing is thrown out of one.
 */
#pragma once
#include <vss.h>

#include <vsprov.h>

#include "core.h"

class Provider : public IVssHardwareSnapshotProviderEx,
                 public IVssProviderCreateSnapshotSet,
                 public IVssProviderNotifications {
 public:
  Provider();
  virtual ~Provider();

  STDMETHODIMP QueryInterface(REFIID id, void **object) override;
  STDMETHODIMP_(ULONG) AddRef() override;
  STDMETHODIMP_(ULONG) Release() override;

  STDMETHODIMP OnLoad(IUnknown *callback) override;
  STDMETHODIMP OnUnload(WINBOOL force) override;

  STDMETHODIMP AreLunsSupported(LONG count, LONG context, VSS_PWSZ *devices, VDS_LUN_INFORMATION *luns,
                                WINBOOL *supported) override;
  STDMETHODIMP FillInLunInfo(VSS_PWSZ device, VDS_LUN_INFORMATION *lun, WINBOOL *supported) override;
  STDMETHODIMP BeginPrepareSnapshot(VSS_ID set, VSS_ID snapshot, LONG context, LONG count, VSS_PWSZ *devices,
                                    VDS_LUN_INFORMATION *luns) override;
  STDMETHODIMP GetTargetLuns(LONG count, VSS_PWSZ *devices, VDS_LUN_INFORMATION *sources,
                             VDS_LUN_INFORMATION *targets) override;
  STDMETHODIMP LocateLuns(LONG count, VDS_LUN_INFORMATION *luns) override;
  STDMETHODIMP OnLunEmpty(VSS_PWSZ device, VDS_LUN_INFORMATION *lun) override;

  STDMETHODIMP GetProviderCapabilities(ULONGLONG *mask) override;
  STDMETHODIMP OnLunStateChange(VDS_LUN_INFORMATION *shadows, VDS_LUN_INFORMATION *originals, DWORD count,
                                DWORD flags) override;
  STDMETHODIMP ResyncLuns(VDS_LUN_INFORMATION *sources, VDS_LUN_INFORMATION *targets, DWORD count,
                          IVssAsync **async) override;
  STDMETHODIMP OnReuseLuns(VDS_LUN_INFORMATION *shadows, VDS_LUN_INFORMATION *originals, DWORD count) override;

  STDMETHODIMP EndPrepareSnapshots(VSS_ID set) override;
  STDMETHODIMP PreCommitSnapshots(VSS_ID set) override;
  STDMETHODIMP CommitSnapshots(VSS_ID set) override;
  STDMETHODIMP PostCommitSnapshots(VSS_ID set, LONG count) override;
  STDMETHODIMP PreFinalCommitSnapshots(VSS_ID set) override;
  STDMETHODIMP PostFinalCommitSnapshots(VSS_ID set) override;
  STDMETHODIMP AbortSnapshots(VSS_ID set) override;

 private:
  LONG references_ = 1;
  std::shared_ptr<Core> core_;

  Result ask(const Method &method, const GUID *set, const WriteArguments &write_arguments);
  HRESULT ask_of_set(const Method &method, const VSS_ID &set);
};
