/*
 * A stand-in for Windows' vssapi.dll (WINEDLLOVERRIDES=vssapi=n): VSS as far as one requestor and one hardware provider see it.
 * The provider's DLL is loaded into this process; the rest is told by the test: docs/vss-simulator.md.
 */
#include "backupComponents.h"

extern "C" __declspec(dllexport) HRESULT WINAPI CreateVssBackupComponentsInternal(IVssBackupComponents **backup) {
  *backup = new BackupComponents;
  return S_OK;
}
