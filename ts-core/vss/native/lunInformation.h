/* VDS_LUN_INFORMATION to and from JSON. What VSS is given, it frees: everything in it comes from CoTaskMemAlloc. */
#pragma once
#include <windows.h>

#include <vdslun.h>

#include "json.h"

void write_guid(json::Writer &to, REFGUID guid);
void write_lun(json::Writer &to, const VDS_LUN_INFORMATION &lun);
void write_luns(json::Writer &to, const VDS_LUN_INFORMATION *luns, size_t count);

/*
 * Puts what VSS compares in the place of what is there: INQUIRY strings, serial number, page 0x83 descriptors.
 * E_INVALIDARG for a LUN that says less, or more, than a LUN says of itself; the structure is then as it was.
 */
HRESULT replace_identity(VDS_LUN_INFORMATION &lun, const json::Value &from);
void free_identity(VDS_LUN_INFORMATION &lun);

/* By INQUIRY vendor or by QNAP's company id in the NAA. Both are from few sources: either is enough to ask the core. */
bool may_be_of_qnap(const VDS_LUN_INFORMATION &lun);
