/* JSON lines to and from the test, over TCP on loopback: the stdio of a requestor is its own. */
#pragma once
#include <string>

#include "../../../../ts-core/vss/native/json.h"

class Channel {
 public:
  /* Connects to the port in VSS_SIM_PORT; without one, or when the test is gone, the process ends. */
  Channel();
  Channel(const Channel &) = delete;
  ~Channel();

  void say(const json::Writer &line);
  json::Value listen();
  json::Value ask(const json::Writer &line);

 private:
  unsigned long long socket_;
  std::string received_;
};
