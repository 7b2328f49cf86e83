#include <string.h>

#include "lunInformation.h"

namespace {

using json::Kind;
using json::Value;

constexpr size_t max_text_length = 255;
constexpr size_t max_identifiers = 64;
constexpr size_t max_identifier_size = 255;

HRESULT copy_text(const Value &from, const char *name, char *&text) {
  const Value *value = from.find(name, Kind::string);
  if (!value || value->string.size() > 2 * max_text_length) return E_INVALIDARG;
  std::wstring characters = json::wide(value->string);
  if (characters.size() > max_text_length) return E_INVALIDARG;
  for (wchar_t c : characters)
    if (c == 0 || c > 0xff) return E_INVALIDARG;
  text = static_cast<char *>(CoTaskMemAlloc(characters.size() + 1));
  if (!text) return E_OUTOFMEMORY;
  for (size_t i = 0; i < characters.size(); i++) text[i] = static_cast<char>(characters[i]);
  text[characters.size()] = 0;
  return S_OK;
}

bool read_number(const Value &from, const char *name, int max, int &number) {
  const Value *value = from.find(name, Kind::number);
  if (!value || !(value->number >= 0 && value->number <= max)) return false;
  number = static_cast<int>(value->number);
  return number == value->number;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

HRESULT copy_hex(const std::string &hex, VDS_STORAGE_IDENTIFIER &id) {
  size_t size = hex.size() / 2;
  if (size == 0 || size > max_identifier_size || hex.size() % 2) return E_INVALIDARG;
  id.m_rgbIdentifier = static_cast<BYTE *>(CoTaskMemAlloc(size));
  if (!id.m_rgbIdentifier) return E_OUTOFMEMORY;
  id.m_cbIdentifier = static_cast<ULONG>(size);
  for (size_t i = 0; i < size; i++) {
    int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return E_INVALIDARG;
    id.m_rgbIdentifier[i] = static_cast<BYTE>(high << 4 | low);
  }
  return S_OK;
}

HRESULT copy_identifier(const Value &from, VDS_STORAGE_IDENTIFIER &id) {
  int code_set, type;
  if (!read_number(from, "codeSet", VDSStorageIdCodeSetUtf8, code_set)) return E_INVALIDARG;
  if (!read_number(from, "type", VDSStorageIdTypeScsiNameString, type)) return E_INVALIDARG;
  id.m_CodeSet = static_cast<VDS_STORAGE_IDENTIFIER_CODE_SET>(code_set);
  id.m_Type = static_cast<VDS_STORAGE_IDENTIFIER_TYPE>(type);
  const Value *hex = from.find("hex", Kind::string);
  return hex ? copy_hex(hex->string, id) : E_INVALIDARG;
}

HRESULT copy_identifiers(const Value &from, VDS_STORAGE_DEVICE_ID_DESCRIPTOR &descriptor) {
  const Value *ids = from.find("ids", Kind::array);
  if (!ids || ids->items.empty() || ids->items.size() > max_identifiers) return E_INVALIDARG;
  size_t size = ids->items.size() * sizeof(VDS_STORAGE_IDENTIFIER);
  descriptor.m_rgIdentifiers = static_cast<VDS_STORAGE_IDENTIFIER *>(CoTaskMemAlloc(size));
  if (!descriptor.m_rgIdentifiers) return E_OUTOFMEMORY;
  ZeroMemory(descriptor.m_rgIdentifiers, size);
  descriptor.m_version = VER_VDS_LUN_INFORMATION;
  descriptor.m_cIdentifiers = static_cast<ULONG>(ids->items.size());
  HRESULT hr = S_OK;
  for (size_t i = 0; hr == S_OK && i < ids->items.size(); i++)
    hr = copy_identifier(ids->items[i], descriptor.m_rgIdentifiers[i]);
  return hr;
}

HRESULT copy_identity(const Value &from, VDS_LUN_INFORMATION &lun) {
  HRESULT hr = copy_text(from, "vendor", lun.m_szVendorId);
  if (hr == S_OK) hr = copy_text(from, "product", lun.m_szProductId);
  if (hr == S_OK) hr = copy_text(from, "revision", lun.m_szProductRevision);
  if (hr == S_OK) hr = copy_text(from, "serial", lun.m_szSerialNumber);
  return hr == S_OK ? copy_identifiers(from, lun.m_deviceIdDescriptor) : hr;
}

}  // namespace

void free_identity(VDS_LUN_INFORMATION &lun) {
  auto &ids = lun.m_deviceIdDescriptor;
  for (ULONG i = 0; ids.m_rgIdentifiers && i < ids.m_cIdentifiers; i++)
    CoTaskMemFree(ids.m_rgIdentifiers[i].m_rgbIdentifier);
  CoTaskMemFree(ids.m_rgIdentifiers);
  ids = {};
  for (char **text : {&lun.m_szVendorId, &lun.m_szProductId, &lun.m_szProductRevision, &lun.m_szSerialNumber}) {
    CoTaskMemFree(*text);
    *text = nullptr;
  }
}

HRESULT replace_identity(VDS_LUN_INFORMATION &lun, const Value &from) {
  VDS_LUN_INFORMATION fresh = lun; /* all but the identity stays */
  fresh.m_szVendorId = fresh.m_szProductId = fresh.m_szProductRevision = fresh.m_szSerialNumber = nullptr;
  fresh.m_deviceIdDescriptor = {};
  HRESULT hr = copy_identity(from, fresh);
  free_identity(hr == S_OK ? lun : fresh);
  if (hr == S_OK) lun = fresh;
  return hr;
}
