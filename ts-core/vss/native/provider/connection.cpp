#include "connection.h"

#include "lock.h"
#include "pipe.h"

namespace {

constexpr size_t max_line_size = 1 << 20;

/* Nothing unless the line is an object with an id that we may have given. */
std::optional<unsigned long> id_of(const std::optional<json::Value> &line) {
  const json::Value *id = line ? line->find("id", json::Kind::number) : nullptr;
  if (!id || !(id->number >= 0 && id->number <= 0xffffffffu)) return std::nullopt;
  return static_cast<unsigned long>(id->number);
}

}  // namespace

std::shared_ptr<Connection> Connection::open() {
  auto child = ChildProcess::start();
  return child ? std::make_shared<Connection>(std::move(child)) : nullptr;
}

Connection::Connection(std::unique_ptr<ChildProcess> child)
    : child_(std::move(child)),
      stop_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
      writing_(CreateMutexW(nullptr, FALSE, nullptr)) {
  reader_ = Handle(CreateThread(nullptr, 0, read_thread, this, 0, nullptr));
  if (!stop_ || !writing_ || !reader_) lose();
}

Connection::~Connection() {
  child_->end_input();
  SetEvent(stop_.get());
  if (reader_) WaitForSingleObject(reader_.get(), INFINITE);
}

Answer Connection::ask(const char *method, DWORD timeout_ms, const WriteArguments &write_arguments) {
  ULONGLONG until_tick = GetTickCount64() + timeout_ms;
  unsigned long id = static_cast<unsigned long>(InterlockedIncrement(&last_id_));
  json::Writer line;
  line.open('{').member("id", id).member("method", method);
  write_arguments(line);
  line.close('}').text += '\n';
  Waiting waiting{Handle(CreateEventW(nullptr, TRUE, FALSE, nullptr)), {}};
  enter(id, waiting); /* from here to leave() nothing throws: the map points to this stack */
  if (send(line.text, until_tick)) WaitForSingleObject(waiting.event.get(), ms_until(until_tick));
  return leave(id, waiting);
}

void Connection::enter(unsigned long id, Waiting &waiting) {
  Lock lock(lock_);
  waiting_[id] = &waiting;
}

Answer Connection::leave(unsigned long id, Waiting &waiting) {
  Lock lock(lock_);
  if (waiting.answer) return {Answer::Outcome::answered, std::move(*waiting.answer)};
  if (lost_) return {Answer::Outcome::lost, {}};
  waiting_[id] = nullptr;
  return {Answer::Outcome::late, {}};
}

/* A line that was cut off by the deadline cannot be taken up again. */
bool Connection::send(const std::string &line, ULONGLONG until_tick) {
  if (WaitForSingleObject(writing_.get(), ms_until(until_tick)) != WAIT_OBJECT_0) return false;
  bool sent = write_all(child_->input(), line.data(), static_cast<DWORD>(line.size()), until_tick);
  ReleaseMutex(writing_.get());
  if (!sent) lose();
  return sent;
}

bool Connection::is_usable() {
  Lock lock(lock_);
  for (const auto &[id, waiting] : waiting_)
    if (!waiting) return false;
  return !lost_;
}

void Connection::kill() {
  lose();
  child_->kill();
}

void Connection::lose() {
  Lock lock(lock_);
  lost_ = true;
  for (const auto &[id, waiting] : waiting_)
    if (waiting) SetEvent(waiting->event.get());
  waiting_.clear();
}

DWORD WINAPI Connection::read_thread(void *connection) {
  auto self = static_cast<Connection *>(connection);
  try {
    self->read_all();
  } catch (...) { /* out of memory: as if the core were gone */
  }
  self->lose();
  return 0;
}

void Connection::read_all() {
  std::string text;
  char room[4096];
  for (;;) {
    DWORD size = read_some(child_->output(), room, sizeof room, stop_.get());
    if (size == 0 || text.size() + size > max_line_size) return;
    text.append(room, size);
    for (size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1))
      if (!take(std::string_view(text).substr(0, end))) return;
  }
}

bool Connection::take(std::string_view line) {
  auto value = json::parse(line);
  auto id = id_of(value);
  if (!id) return false;
  Lock lock(lock_);
  auto found = waiting_.find(*id);
  if (found == waiting_.end()) return true;
  if (found->second) {
    found->second->answer = std::move(value);
    SetEvent(found->second->event.get());
  }
  waiting_.erase(found);
  return true;
}
