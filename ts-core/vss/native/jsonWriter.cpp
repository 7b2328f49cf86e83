#include "json.h"

#include <stdio.h>
#include <windows.h>

namespace json {

Writer &Writer::open(char bracket) {
  separate();
  text += bracket;
  follows_ = false;
  return *this;
}

Writer &Writer::close(char bracket) {
  text += bracket;
  follows_ = true;
  return *this;
}

Writer &Writer::name(const char *name) {
  value(name);
  text += ':';
  follows_ = false;
  return *this;
}

Writer &Writer::value(std::wstring_view utf16) {
  separate();
  text += '"';
  for (wchar_t unit : utf16) escape(static_cast<unsigned short>(unit));
  text += '"';
  return *this;
}

Writer &Writer::value(std::string_view utf8) { return value(std::wstring_view(wide(utf8))); }

Writer &Writer::value(bool boolean) {
  separate();
  text += boolean ? "true" : "false";
  return *this;
}

Writer &Writer::value(long long number) {
  separate();
  text += std::to_string(number);
  return *this;
}

Writer &Writer::null() {
  separate();
  text += "null";
  return *this;
}

void Writer::separate() {
  if (follows_) text += ',';
  follows_ = true;
}

void Writer::escape(unsigned unit) {
  if (unit >= 0x20 && unit < 0x7F && unit != '"' && unit != '\\') {
    text += static_cast<char>(unit);
    return;
  }
  char escaped[8];
  snprintf(escaped, sizeof escaped, "\\u%04x", unit);
  text += escaped;
}

std::wstring wide(std::string_view utf8) {
  if (utf8.empty()) return {};
  int size = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), static_cast<int>(utf8.size()), nullptr, 0);
  std::wstring text(static_cast<size_t>(size), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8.data(), static_cast<int>(utf8.size()), text.data(), size);
  return text;
}

}  // namespace json
