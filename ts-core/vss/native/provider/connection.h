/*
 * Requests to one core and its answers, matched by id: they run side by side, and an answer that comes too late meets
 * nobody. What it says that is no answer ends it.
 */
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "../json.h"
#include "childProcess.h"

using WriteArguments = std::function<void(json::Writer &)>;

struct Answer {
  enum class Outcome { answered, late, lost } outcome;
  json::Value value;
};

class Connection {
 public:
  /* Starts a core; nothing if that could not be. */
  static std::shared_ptr<Connection> open();

  explicit Connection(std::unique_ptr<ChildProcess> child);
  /* Ends the core's input. */
  ~Connection();

  Answer ask(const char *method, DWORD timeout_ms, const WriteArguments &write_arguments);
  /* It lives, and owes no answer to anybody who has given up. */
  bool is_usable();
  void kill();

 private:
  struct Waiting {
    Handle event;
    std::optional<json::Value> answer;
  };

  std::unique_ptr<ChildProcess> child_;
  Handle stop_, reader_, writing_;
  SRWLOCK lock_ = SRWLOCK_INIT;
  bool lost_ = false;
  LONG last_id_ = 0;
  std::map<unsigned long, Waiting *> waiting_; /* no Waiting: whoever asked has given up */

  void enter(unsigned long id, Waiting &waiting);
  Answer leave(unsigned long id, Waiting &waiting);
  bool send(const std::string &line, ULONGLONG until_tick);
  void read_all();
  bool take(std::string_view line);
  void lose();
  static DWORD WINAPI read_thread(void *connection);
};
