#include "input.h"

#include "../json.h"

namespace {

constexpr size_t max_line = 64 * 1024;

bool says_go(const std::string &line) {
  std::optional<json::Value> message = json::parse(line);
  const json::Value *go = message ? message->find("go", json::Kind::boolean) : nullptr;
  return go && go->boolean;
}

}  // namespace

std::string Input::line() {
  size_t end;
  while ((end = buffer_.find('\n')) == std::string::npos)
    if (buffer_.size() > max_line || !read_more()) return {};
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

bool Input::read_more() {
  char bytes[4096];
  DWORD count = 0;
  if (!ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, sizeof bytes, &count, nullptr) || count == 0) return false;
  buffer_.append(bytes, count);
  return true;
}

bool Input::watch() {
  HANDLE thread = CreateThread(nullptr, 0, read_on, this, 0, nullptr);
  if (thread) CloseHandle(thread);
  return thread != nullptr;
}

DWORD WINAPI Input::read_on(void *argument) {
  Input *input = static_cast<Input *>(argument);
  SetEvent(says_go(input->line()) ? input->go_ : input->ended_);
  return 0;
}

bool Input::wait_for_go(DWORD timeout_ms) const {
  HANDLE either[] = {go_, ended_};
  return WaitForMultipleObjects(2, either, FALSE, timeout_ms) == WAIT_OBJECT_0;
}
