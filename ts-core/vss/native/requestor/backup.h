/* One backup, as VSS calls it: from gathering the writers to their thaw. Nothing is copied: the shadow copies are the result. */
#pragma once
#include <vector>

#include "com.h"
#include "events.h"
#include "input.h"
#include "request.h"
#include "writers.h"

class Backup {
 public:
  Backup(const Request &request, const Input &input) : request_(request), input_(input) {}

  /* Tells events until the end; on every way out but success VSS is told to abort. */
  bool run();

 private:
  using Start = HRESULT (STDMETHODCALLTYPE IVssBackupComponents::*)(IVssAsync **);

  const Request &request_;
  const Input &input_;
  Com<IVssBackupComponents> vss_;
  std::vector<Writer> writers_;
  std::vector<ShadowCopy> copies_;
  GUID set_{};
  HRESULT made_ = S_OK; /* a success may be one with a remark */
  Failure failure_;
  std::vector<Warning> warnings_;

  bool initialize();
  bool gather_writers();
  bool add_components();
  bool check_volumes();
  bool start_set();
  bool add_volumes();
  bool prepare();
  bool wait_for_go();
  bool make_shadow_copies();
  void complete();
  void give_up();

  bool is(const char *phase, HRESULT hr, const std::wstring &volume = {});
  bool does(const char *phase, Start start, DWORD limit_ms, HANDLE stop);
  HRESULT outcome(Start start, DWORD limit_ms, HANDLE stop);
  HRESULT gather_status(HANDLE stop);
  void warn(const char *phase, HRESULT hr);
  bool has_failed(const Writer &writer, const Component &component) const;
};
