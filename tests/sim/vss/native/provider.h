/* The provider's interfaces, from its DLL in this process or by COM from the process that hosts it. */
#pragma once
#include <windows.h>

#include <vss.h>

#include <vsprov.h>

struct Provider {
  IVssHardwareSnapshotProvider *hardware = nullptr;
  IVssProviderCreateSnapshotSet *sets = nullptr;
  IVssProviderNotifications *notifications = nullptr;

  HRESULT load(const wchar_t *dll); /* no registration needed */
  HRESULT connect();                /* CLSCTX_LOCAL_SERVER */
  ULONG release();                  /* what is left of references: 0 */

 private:
  HRESULT query();
};
