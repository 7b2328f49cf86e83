#include "hresults.h"

#include <vsserror.h>

HRESULT allowed_hresult(double number) {
  static constexpr HRESULT allowed[] = {S_OK,
                                        E_OUTOFMEMORY,
                                        E_INVALIDARG,
                                        E_ACCESSDENIED,
                                        VSS_E_BAD_STATE,
                                        VSS_E_OBJECT_NOT_FOUND,
                                        VSS_E_INSUFFICIENT_STORAGE,
                                        VSS_E_VOLUME_NOT_SUPPORTED,
                                        VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER,
                                        VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED,
                                        VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED,
                                        VSS_E_UNSUPPORTED_CONTEXT,
                                        VSS_E_CANNOT_REVERT_DISKID};
  for (HRESULT hr : allowed)
    if (static_cast<double>(static_cast<ULONG>(hr)) == number) return hr;
  return VSS_E_PROVIDER_VETO;
}
