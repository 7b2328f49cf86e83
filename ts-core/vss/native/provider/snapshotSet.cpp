/* IVssProviderCreateSnapshotSet: the steps of a whole set. */
#include "guarded.h"
#include "provider.h"

HRESULT Provider::ask_of_set(const Method &method, const VSS_ID &set) {
  return guarded([&] { return ask(method, &set, [](json::Writer &) {}).hr; });
}

STDMETHODIMP Provider::EndPrepareSnapshots(VSS_ID set) { return ask_of_set(methods::end_prepare, set); }
STDMETHODIMP Provider::PreCommitSnapshots(VSS_ID set) { return ask_of_set(methods::pre_commit, set); }
STDMETHODIMP Provider::CommitSnapshots(VSS_ID set) { return ask_of_set(methods::commit, set); }

STDMETHODIMP Provider::PostCommitSnapshots(VSS_ID set, LONG count) {
  return guarded(
      [&] { return ask(methods::post_commit, &set, [&](json::Writer &to) { to.member("count", count); }).hr; });
}

STDMETHODIMP Provider::PreFinalCommitSnapshots(VSS_ID set) { return ask_of_set(methods::pre_final_commit, set); }
STDMETHODIMP Provider::PostFinalCommitSnapshots(VSS_ID set) { return ask_of_set(methods::post_final_commit, set); }

/* VSS does nothing about an abort that fails; the core's journal does. */
STDMETHODIMP Provider::AbortSnapshots(VSS_ID set) {
  ask_of_set(methods::abort, set);
  return S_OK;
}
