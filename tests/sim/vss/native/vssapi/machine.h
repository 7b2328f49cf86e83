/* The server around the requestor, which the test plays: writers, volumes, and that only one set is made at a time. */
#pragma once
#include "../toldSurroundings.h"
#include "object.h"

class Machine {
 public:
  ToldSurroundings surroundings{channel_};

  /* {"event":"call","method",...}: the answer has "hr". `fill` adds what the method was given. */
  template <typename Fill>
  json::Value call(const char *method, Fill fill) {
    json::Writer line;
    line.open('{').member("event", "call").member("method", method);
    fill(line);
    return channel_.ask(line.close('}'));
  }
  json::Value call(const char *method) {
    return call(method, [](json::Writer &) {});
  }

 private:
  Channel channel_;
};
