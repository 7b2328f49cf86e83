#include <stddef.h>
#include <string.h>

#include "lunInformation.h"

/* As Windows lays it out on x64. */
static_assert(sizeof(VDS_LUN_INFORMATION) == 96);
static_assert(offsetof(VDS_LUN_INFORMATION, m_bCommandQueueing) == 8);
static_assert(offsetof(VDS_LUN_INFORMATION, m_szVendorId) == 16);
static_assert(offsetof(VDS_LUN_INFORMATION, m_szSerialNumber) == 40);
static_assert(offsetof(VDS_LUN_INFORMATION, m_diskSignature) == 48);
static_assert(offsetof(VDS_LUN_INFORMATION, m_deviceIdDescriptor) == 64);
static_assert(offsetof(VDS_LUN_INFORMATION, m_cInterconnects) == 80);
static_assert(sizeof(VDS_STORAGE_IDENTIFIER) == 24);
static_assert(sizeof(VDS_STORAGE_DEVICE_ID_DESCRIPTOR) == 16);
static_assert(sizeof(VDS_INTERCONNECT) == 32);

namespace {

constexpr BYTE qnap_naa[] = {0x6e, 0x84, 0x3b,
                             0x60}; /* NAA type 6, company id e843b6, half a byte more: single source */

std::string hex(const BYTE *bytes, size_t size) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < size; i++) text += {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
  return text;
}

/* The bytes of an INQUIRY field, each as the character of that number. */
void write_bytes(json::Writer &to, const char *name, const char *bytes) {
  to.name(name);
  if (!bytes) {
    to.null();
    return;
  }
  std::wstring text;
  while (*bytes) text += static_cast<wchar_t>(static_cast<unsigned char>(*bytes++));
  to.value(std::wstring_view(text));
}

void write_identifier(json::Writer &to, const VDS_STORAGE_IDENTIFIER &id) {
  to.open('{').member("codeSet", static_cast<int>(id.m_CodeSet)).member("type", static_cast<int>(id.m_Type));
  to.member("association", 0); /* VDS lists only descriptors of the LUN itself, and has no field for it */
  to.member("hex", std::string_view(hex(id.m_rgbIdentifier, id.m_rgbIdentifier ? id.m_cbIdentifier : 0))).close('}');
}

bool is_naa_of_qnap(const VDS_STORAGE_IDENTIFIER &id) {
  if (id.m_Type != VDSStorageIdTypeFCPHName || id.m_cbIdentifier != 16 || !id.m_rgbIdentifier) return false;
  return memcmp(id.m_rgbIdentifier, qnap_naa, 3) == 0 && (id.m_rgbIdentifier[3] & 0xf0) == qnap_naa[3];
}

}  // namespace

void write_guid(json::Writer &to, REFGUID guid) {
  wchar_t text[40];
  StringFromGUID2(guid, text, 40); /* upper case, in braces */
  to.value(text);
}

void write_lun(json::Writer &to, const VDS_LUN_INFORMATION &lun) {
  to.open('{').member("version", lun.m_version).member("deviceType", static_cast<int>(lun.m_DeviceType));
  to.member("busType", static_cast<int>(lun.m_BusType));
  write_bytes(to, "vendor", lun.m_szVendorId);
  write_bytes(to, "product", lun.m_szProductId);
  write_bytes(to, "revision", lun.m_szProductRevision);
  write_bytes(to, "serial", lun.m_szSerialNumber);
  write_guid(to.name("diskSignature"), lun.m_diskSignature);
  to.name("ids").open('[');
  const auto &ids = lun.m_deviceIdDescriptor;
  for (ULONG i = 0; ids.m_rgIdentifiers && i < ids.m_cIdentifiers; i++) write_identifier(to, ids.m_rgIdentifiers[i]);
  to.close(']').close('}');
}

void write_luns(json::Writer &to, const VDS_LUN_INFORMATION *luns, size_t count) {
  to.open('[');
  for (size_t i = 0; luns && i < count; i++) write_lun(to, luns[i]);
  to.close(']');
}

bool may_be_of_qnap(const VDS_LUN_INFORMATION &lun) {
  if (lun.m_szVendorId && _strnicmp(lun.m_szVendorId, "QNAP", 4) == 0) return true;
  const auto &ids = lun.m_deviceIdDescriptor;
  for (ULONG i = 0; ids.m_rgIdentifiers && i < ids.m_cIdentifiers; i++)
    if (is_naa_of_qnap(ids.m_rgIdentifiers[i])) return true;
  return false;
}
