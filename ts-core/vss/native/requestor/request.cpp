#include "request.h"

#include <algorithm>

#include "../json.h"

namespace {

constexpr size_t max_volumes = 64; /* of VSS, in a set */
constexpr std::wstring_view volume_start = L"\\\\?\\Volume";
constexpr size_t guid_length = 38;

bool is_guid(const std::wstring &text, GUID &guid) {
  return text.size() == guid_length && text[0] == L'{' && SUCCEEDED(CLSIDFromString(text.c_str(), &guid));
}

bool is_volume(const std::wstring &path) {
  GUID guid;
  return path.size() == volume_start.size() + guid_length + 1 && path.back() == L'\\' &&
         path.compare(0, volume_start.size(), volume_start) == 0 &&
         is_guid(path.substr(volume_start.size(), guid_length), guid);
}

bool read_volumes(const json::Value &from, Request &request) {
  const json::Value *volumes = from.find("volumes", json::Kind::array);
  if (!volumes || volumes->items.empty() || volumes->items.size() > max_volumes) return false;
  for (const json::Value &volume : volumes->items) {
    std::wstring path = json::wide(volume.string);
    bool again = std::find(request.volumes.begin(), request.volumes.end(), path) != request.volumes.end();
    if (again || !is_volume(path)) return false;
    request.volumes.push_back(path);
  }
  return true;
}

bool read_excluded_writers(const json::Value &from, Request &request) {
  if (!from.find("excludedWriters")) return true;
  const json::Value *writers = from.find("excludedWriters", json::Kind::array);
  if (!writers) return false;
  for (const json::Value &writer : writers->items) {
    request.excluded_writers.emplace_back();
    if (!is_guid(json::wide(writer.string), request.excluded_writers.back())) return false;
  }
  return true;
}

bool read_backup_type(const json::Value &from, Request &request) {
  const json::Value *type = from.find("backupType");
  if (!type) return true;
  if (type->string == "Full") request.backup_type = VSS_BT_FULL;
  return type->string == "Full" || type->string == "Copy";
}

bool read_flag(const json::Value &from, const char *name, bool &flag) {
  const json::Value *value = from.find(name);
  if (!value) return true;
  flag = value->boolean;
  return value->kind == json::Kind::boolean;
}

}  // namespace

/*
 * Transportable: the NAS snapshot is the product, so nothing is cloned, imported or scanned for. Google's requestor uses this
 * combination for just that (single source).
 */
LONG Request::context() const {
  if (transportable) return VSS_CTX_APP_ROLLBACK | VSS_VOLSNAP_ATTR_TRANSPORTABLE | VSS_VOLSNAP_ATTR_NO_AUTORECOVERY;
  return persistent ? VSS_CTX_APP_ROLLBACK : VSS_CTX_BACKUP;
}

std::optional<Request> read_request(const std::string &line) {
  std::optional<json::Value> from = json::parse(line);
  Request request;
  if (!from || !read_volumes(*from, request) || !read_excluded_writers(*from, request) ||
      !read_backup_type(*from, request) || !read_flag(*from, "transportable", request.transportable) ||
      !read_flag(*from, "persistent", request.persistent))
    return std::nullopt;
  return request;
}
