#include <string.h>

#include "surroundings.h"

namespace {

bool same_text(const char *one, const char *other) { return strcmp(one ? one : "", other ? other : "") == 0; }

bool same_identifier(const VDS_STORAGE_IDENTIFIER &one, const VDS_STORAGE_IDENTIFIER &other) {
  return one.m_CodeSet == other.m_CodeSet && one.m_Type == other.m_Type && one.m_cbIdentifier == other.m_cbIdentifier &&
         memcmp(one.m_rgbIdentifier, other.m_rgbIdentifier, one.m_cbIdentifier) == 0;
}

/* As VSS compares page 0x83: every descriptor of the one has its like in the other. */
bool has_all(const VDS_STORAGE_DEVICE_ID_DESCRIPTOR &wanted, const VDS_STORAGE_DEVICE_ID_DESCRIPTOR &found) {
  for (ULONG i = 0; i < wanted.m_cIdentifiers; i++) {
    bool has = false;
    for (ULONG j = 0; j < found.m_cIdentifiers && !has; j++)
      has = same_identifier(wanted.m_rgIdentifiers[i], found.m_rgIdentifiers[j]);
    if (!has) return false;
  }
  return wanted.m_cIdentifiers > 0;
}

}  // namespace

Disk::Disk(Disk &&other) noexcept : device(std::move(other.device)), lun(other.lun) { other.lun = {}; }

bool Disk::read(const json::Value &from) {
  const json::Value *name = from.find("device", json::Kind::string);
  device = name ? json::wide(name->string) : L"";
  lun.m_version = VER_VDS_LUN_INFORMATION;
  lun.m_BusType = VDSBusTypeiScsi;
  return replace_identity(lun, from) == S_OK;
}

bool same_identity(const VDS_LUN_INFORMATION &one, const VDS_LUN_INFORMATION &other) {
  return one.m_version == other.m_version && one.m_DeviceType == other.m_DeviceType &&
         same_text(one.m_szVendorId, other.m_szVendorId) && same_text(one.m_szProductId, other.m_szProductId) &&
         same_text(one.m_szProductRevision, other.m_szProductRevision) &&
         same_text(one.m_szSerialNumber, other.m_szSerialNumber) &&
         has_all(one.m_deviceIdDescriptor, other.m_deviceIdDescriptor) &&
         has_all(other.m_deviceIdDescriptor, one.m_deviceIdDescriptor);
}

std::vector<Disk> disks_in(const json::Value &line) {
  std::vector<Disk> disks;
  const json::Value *told = line.find("disks", json::Kind::array);
  for (size_t i = 0; told && i < told->items.size(); i++) {
    Disk disk;
    if (disk.read(told->items[i])) disks.push_back(std::move(disk));
  }
  return disks;
}
