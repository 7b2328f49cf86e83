#include "async.h"

#include <vsserror.h>

namespace {

constexpr DWORD slice_ms = 200;
constexpr DWORD cancel_ms = 60'000;

HRESULT status_after(IVssAsync *async, DWORD wait_ms) {
  HRESULT status = VSS_S_ASYNC_PENDING;
  HRESULT hr = async->Wait(wait_ms);
  if (SUCCEEDED(hr)) hr = async->QueryStatus(&status, nullptr);
  return FAILED(hr) ? hr : status;
}

bool is_signalled(HANDLE event) { return event && WaitForSingleObject(event, 0) == WAIT_OBJECT_0; }

}  // namespace

HRESULT finish(IVssAsync *async, DWORD limit_ms, HANDLE stop) {
  const ULONGLONG until = GetTickCount64() + limit_ms;
  HRESULT status = VSS_S_ASYNC_PENDING;
  while (status == VSS_S_ASYNC_PENDING && !is_signalled(stop) && GetTickCount64() < until)
    status = status_after(async, slice_ms);
  if (status == VSS_S_ASYNC_PENDING) {
    async->Cancel();
    status = status_after(async, cancel_ms); /* it may have come to its end all the same */
  }
  if (status == VSS_S_ASYNC_FINISHED) return S_OK;
  if (status == VSS_S_ASYNC_PENDING || status == VSS_S_ASYNC_CANCELLED)
    return is_signalled(stop) ? cancelled : timed_out;
  return status;
}
