/* JSON (RFC 8259) for the VSS programs: a strict, bounded reader and a writer of ASCII. No exceptions, no locale. */
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace json {

enum class Kind { null, boolean, number, string, array, object };

struct Value {
  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  std::string string;             /* UTF-8 */
  std::vector<std::string> names; /* of an object's members, in the order of `items` */
  std::vector<Value> items;

  /* The member of that name, if this is an object that has it. */
  const Value *find(std::string_view name) const;
  /* The same, of that kind only. */
  const Value *find(std::string_view name, Kind wanted) const;
};

/* Nothing unless the text is one whole value: nested at most 16 deep, 65,536 values, 256 members an object and none twice. */
std::optional<Value> parse(std::string_view text);

/* Builds a line; commas come by themselves. Everything beyond ASCII is written \uXXXX. */
class Writer {
 public:
  std::string text;

  Writer &open(char bracket);
  Writer &close(char bracket);
  Writer &name(const char *name);
  Writer &value(std::string_view utf8);
  Writer &value(const char *utf8) { return value(std::string_view(utf8)); }
  Writer &value(std::wstring_view utf16);
  Writer &value(const wchar_t *utf16) { return value(std::wstring_view(utf16)); }
  Writer &value(bool boolean);
  Writer &value(long long number);
  Writer &value(int number) { return value(static_cast<long long>(number)); }
  Writer &value(long number) { return value(static_cast<long long>(number)); }
  Writer &value(unsigned long number) { return value(static_cast<long long>(number)); }
  Writer &null();

  template <typename T> Writer &member(const char *member_name, const T &member_value) {
    return name(member_name).value(member_value);
  }

 private:
  bool follows_ = false;
  void separate();
  void escape(unsigned unit);
};

std::wstring wide(std::string_view utf8);

}  // namespace json
