/* Who we are to COM and to VSS. The provider's id is for good; a version that registers in the place of another gets a
 * new version id. */
#pragma once
#include <windows.h>

inline constexpr GUID provider_class_id = {
    0x6a1d1f52, 0x2c3b, 0x4d6e, {0x9a, 0x41, 0x5b, 0x0e, 0x7c, 0x11, 0x22, 0x01}};
inline constexpr GUID provider_id = {0x6a1d1f52, 0x2c3b, 0x4d6e, {0x9a, 0x41, 0x5b, 0x0e, 0x7c, 0x11, 0x22, 0x02}};
inline constexpr GUID provider_version_id = {
    0x6a1d1f52, 0x2c3b, 0x4d6e, {0x9a, 0x41, 0x5b, 0x0e, 0x7c, 0x11, 0x22, 0x03}};
inline constexpr wchar_t provider_name[] = L"QNAP Snapshot VSS Hardware Provider";
inline constexpr wchar_t event_source[] = L"QnapSnapshot";
