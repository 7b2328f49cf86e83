#pragma once
#include <windows.h>

/* VSS reports any code outside of its list as an error of the provider's: VSS_E_PROVIDER_VETO in its place. */
HRESULT allowed_hresult(double number);
