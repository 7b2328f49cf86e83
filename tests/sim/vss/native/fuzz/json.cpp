/*
 * fuzz-json SEED COUNT < lines: reads each line of standard input, and COUNT mutations of them. Built with address and
 * undefined sanitizers, which end it at the first thing that is wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <random>

#include "../../../../../ts-core/vss/native/json.h"

namespace {

std::mt19937 random_number;

size_t below(size_t limit) { return limit == 0 ? 0 : random_number() % limit; }

/* Bytes that mean something to a reader of JSON come more often than others. */
char any_byte() {
  static const char telling[] = "{}[]\",:\\u0123dD8-+.eE tfn\n\r\t";
  return below(3) ? telling[below(sizeof telling - 1)] : static_cast<char>(below(256));
}

void mutate(std::string &line, const std::string &other) {
  size_t at = below(line.size() + 1), length = below(line.size() - at + 1);
  switch (below(6)) {
    case 0: line.insert(at, 1, any_byte()); break;
    case 1: line.erase(at, length); break;
    case 2: line.insert(at, line.substr(at, length)); break;
    case 3: line.insert(at, other.substr(below(other.size() + 1))); break;
    case 4: line.insert(at, below(40), "[{"[below(2)]); break;
    default:
      if (at < line.size()) line[at] = any_byte();
  }
}

size_t depth_of(const json::Value &value) {
  size_t deepest = 0;
  for (const auto &item : value.items) deepest = std::max(deepest, depth_of(item));
  return deepest + 1;
}

void check(const std::string &line) {
  auto value = json::parse(line);
  if (!value) return;
  bool is_object = value->kind == json::Kind::object;
  if (depth_of(*value) > 17 || (is_object && value->names.size() != value->items.size())) abort();
  for (const auto &name : value->names)
    if (!value->find(name)) abort();
}

std::vector<std::string> read_lines() {
  std::vector<std::string> lines;
  char *line = nullptr;
  size_t size = 0;
  for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;)
    lines.emplace_back(line, static_cast<size_t>(length) - 1);
  free(line);
  return lines;
}

}  // namespace

int main(int count, char **arguments) {
  auto lines = read_lines();
  if (count != 3 || lines.empty()) return 64;
  random_number.seed(static_cast<unsigned>(atoi(arguments[1])));
  for (const auto &line : lines) check(line);
  for (long i = atol(arguments[2]); i > 0; i--) {
    std::string line = lines[below(lines.size())];
    for (size_t changes = 1 + below(8); changes > 0; changes--) mutate(line, lines[below(lines.size())]);
    check(line);
  }
  printf("%s mutations of %zu lines were read\n", arguments[2], lines.size());
}
