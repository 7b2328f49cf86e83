/* The asynchronous calls of VSS, each with an end. */
#pragma once
#include <windows.h>

#include <vss.h>

constexpr HRESULT timed_out = static_cast<HRESULT>(0x800705B4); /* ERROR_TIMEOUT */
constexpr HRESULT cancelled = static_cast<HRESULT>(0x800704C7); /* ERROR_CANCELLED */

/* What the call came to. After limit_ms, or when `stop` (may be null) is signalled, it is cancelled and waited for again. */
HRESULT finish(IVssAsync *async, DWORD limit_ms, HANDLE stop);
