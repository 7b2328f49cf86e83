#include "json.h"

#include <stdlib.h>
#include <string.h>

namespace json {
namespace {

constexpr int max_depth = 16;
constexpr size_t max_members = 256;
constexpr size_t max_values = 65536; /* each takes some 130 bytes, however short its text */

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string &out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(lead[more] | (code >> (6 * more)));
  while (more-- > 0) out += static_cast<char>(0x80 | ((code >> (6 * more)) & 0x3F));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool whole(Value &value) {
    if (!read(value, 0)) return false;
    skip_space();
    return at_ == text_.size();
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  size_t values_ = 0;

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    at_++;
    return true;
  }

  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() && strchr(" \t\r\n", text_[at_]) && text_[at_]) at_++;
  }

  bool read(Value &value, int depth) {
    if (depth > max_depth || ++values_ > max_values) return false;
    skip_space();
    switch (peek()) {
      case '{': return read_object(value, depth);
      case '[': return read_array(value, depth);
      case '"': value.kind = Kind::string; return read_string(value.string);
      case 't': value.kind = Kind::boolean; value.boolean = true; return take("true");
      case 'f': value.kind = Kind::boolean; return take("false");
      case 'n': return take("null");
      default: return read_number(value);
    }
  }

  bool read_object(Value &object, int depth) {
    object.kind = Kind::object;
    at_++;
    skip_space();
    if (take('}')) return true;
    do {
      if (!read_member(object, depth)) return false;
      skip_space();
    } while (take(','));
    return take('}');
  }

  bool read_member(Value &object, int depth) {
    std::string name;
    skip_space();
    if (object.names.size() == max_members || !read_string(name) || object.find(name)) return false;
    skip_space();
    if (!take(':')) return false;
    object.names.push_back(name);
    object.items.emplace_back();
    return read(object.items.back(), depth + 1);
  }

  bool read_array(Value &array, int depth) {
    array.kind = Kind::array;
    at_++;
    skip_space();
    if (take(']')) return true;
    do {
      array.items.emplace_back();
      if (!read(array.items.back(), depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  bool digits() {
    size_t from = at_;
    while (is_digit(peek())) at_++;
    return at_ > from;
  }

  bool read_number(Value &value) {
    size_t from = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    value.kind = Kind::number;
    value.number = strtod(std::string(text_.substr(from, at_ - from)).c_str(), nullptr);
    return true;
  }

  bool read_string(std::string &out) {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') out += c;
      else if (!read_escape(out)) return false;
    }
    return false;
  }

  bool read_escape(std::string &out) {
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c = peek();
    at_++;
    if (c == 'u') return read_code(out);
    const char *found = c ? strchr(escapes, c) : nullptr;
    if (found) out += meant[found - escapes];
    return found != nullptr;
  }

  bool read_code(std::string &out) {
    unsigned high, low;
    if (!read_hex(high)) return false;
    if (high < 0xD800 || high > 0xDFFF) return append_utf8(out, high), true;
    if (high > 0xDBFF || !take("\\u") || !read_hex(low) || low < 0xDC00 || low > 0xDFFF) return false;
    append_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
    return true;
  }

  bool read_hex(unsigned &code) {
    code = 0;
    for (int i = 0; i < 4; i++, at_++) {
      char c = peek();
      char letter = static_cast<char>(c | 0x20);
      if (is_digit(c)) code = code * 16 + static_cast<unsigned>(c - '0');
      else if (letter >= 'a' && letter <= 'f') code = code * 16 + static_cast<unsigned>(letter - 'a' + 10);
      else return false;
    }
    return true;
  }
};

}  // namespace

const Value *Value::find(std::string_view name) const {
  for (size_t i = 0; i < names.size(); i++)
    if (names[i] == name) return &items[i];
  return nullptr;
}

const Value *Value::find(std::string_view name, Kind wanted) const {
  const Value *found = find(name);
  return found && found->kind == wanted ? found : nullptr;
}

std::optional<Value> parse(std::string_view text) {
  Value value;
  if (!Reader(text).whole(value)) return std::nullopt;
  return value;
}

}  // namespace json
