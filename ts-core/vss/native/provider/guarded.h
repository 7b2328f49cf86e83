#pragma once
#include <windows.h>

#include <vsserror.h>

#include <new>

/* No exception crosses COM. */
template <typename Body>
HRESULT guarded(Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return E_OUTOFMEMORY;
  } catch (...) {
    return VSS_E_PROVIDER_VETO;
  }
}
