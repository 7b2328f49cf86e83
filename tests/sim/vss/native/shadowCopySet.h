/*
 * The order in which VSS calls a hardware provider for one shadow copy set (reference/vss.md, section 4). Shared by the
 * coordinator program and by the stand-in vssapi.dll of the requestor.
 */
#pragma once
#include <list>

#include "provider.h"
#include "surroundings.h"

/* Microsoft's text lists the final commits before GetTargetLuns; what providers report is the other way round. */
enum class Order { targets_first, finals_first };

class ShadowCopySet {
 public:
  ShadowCopySet(Provider &provider, Surroundings &surroundings, LONG context, Order order);

  const VSS_ID &id() const { return id_; }
  /* Of a failure: the callback in which it was. */
  const char *phase() const { return phase_; }

  /* AreLunsSupported, then BeginPrepareSnapshot. VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER: not the provider's. */
  HRESULT add(const wchar_t *volume, VSS_ID &snapshot_id);
  /* All from EndPrepareSnapshots on; AbortSnapshots when something fails. */
  HRESULT create();
  /* What VSS does when a set without PERSISTENT is let go, or a shadow copy is deleted: its LUNs are empty. */
  void remove();

 private:
  struct Volume {
    std::vector<Disk> sources;
    std::vector<Disk> targets;
  };

  HRESULT begin(Volume &volume, VSS_ID &snapshot_id);
  HRESULT freeze_and_commit();
  HRESULT commit_held();
  HRESULT complete();
  HRESULT get_targets();
  HRESULT get_targets(Volume &volume);
  HRESULT import();
  void take(Disk disk);
  std::vector<VDS_LUN_INFORMATION> different_targets() const;
  HRESULT final_commits();
  bool is_transportable() const { return context_ & VSS_VOLSNAP_ATTR_TRANSPORTABLE; }
  template <typename Callback>
  HRESULT call(const char *method, Callback callback);

  Provider &provider_;
  Surroundings &surroundings_;
  LONG context_;
  Order order_;
  VSS_ID id_ = {};
  const char *phase_ = "";
  std::list<Volume> volumes_;
  std::list<Disk> imported_;
};
