#include "async.h"

#include <vsserror.h>

namespace {

class Async : public Object<IVssAsync> {
 public:
  explicit Async(std::function<HRESULT()> work) : work_(std::move(work)) {
    AddRef(); /* the thread's */
    CloseHandle(CreateThread(nullptr, 0, run, this, 0, nullptr));
  }
  ~Async() override { CloseHandle(done_); }

  STDMETHODIMP Cancel() override {
    cancelled_ = true;
    return S_OK;
  }
  STDMETHODIMP Wait(DWORD ms) override {
    WaitForSingleObject(done_, ms);
    return S_OK;
  }
  STDMETHODIMP QueryStatus(HRESULT *status, INT *) override {
    *status = WaitForSingleObject(done_, 0) == WAIT_OBJECT_0 ? status_ : VSS_S_ASYNC_PENDING;
    return S_OK;
  }

 private:
  std::function<HRESULT()> work_;
  HANDLE done_ = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  HRESULT status_ = VSS_S_ASYNC_PENDING;
  volatile bool cancelled_ = false;

  static DWORD WINAPI run(void *argument) {
    Async *async = static_cast<Async *>(argument);
    CoInitializeEx(nullptr, COINIT_MULTITHREADED);
    HRESULT hr = async->work_();
    bool cancelled = async->cancelled_ && hr == S_OK;
    async->status_ = cancelled ? VSS_S_ASYNC_CANCELLED : hr == S_OK ? VSS_S_ASYNC_FINISHED : hr;
    SetEvent(async->done_);
    async->Release();
    return 0;
  }
};

}  // namespace

IVssAsync *start(std::function<HRESULT()> work) { return new Async(std::move(work)); }
