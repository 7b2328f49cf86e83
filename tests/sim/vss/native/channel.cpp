#include "channel.h"

#include <winsock2.h>

#include <stdio.h>
#include <stdlib.h>

namespace {

constexpr int test_is_gone = 70;

[[noreturn]] void give_up(const char *what) {
  fprintf(stderr, "channel to the test: %s (%d)\n", what, WSAGetLastError());
  ExitProcess(test_is_gone);
}

}  // namespace

Channel::Channel() {
  WSADATA data;
  const char *port = getenv("VSS_SIM_PORT");
  if (!port) give_up("VSS_SIM_PORT is not set");
  if (WSAStartup(MAKEWORD(2, 2), &data)) give_up("no Winsock");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<u_short>(atoi(port)));
  socket_ = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(socket_, reinterpret_cast<sockaddr *>(&address), sizeof address)) give_up("not connected");
  char at_once = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
}

Channel::~Channel() { closesocket(socket_); }

void Channel::say(const json::Writer &line) {
  std::string text = line.text + "\n";
  for (size_t sent = 0; sent < text.size();) {
    int size = send(socket_, text.data() + sent, static_cast<int>(text.size() - sent), 0);
    if (size <= 0) give_up("not sent");
    sent += static_cast<size_t>(size);
  }
}

json::Value Channel::listen() {
  size_t end;
  char room[4096];
  while ((end = received_.find('\n')) == std::string::npos) {
    int size = recv(socket_, room, sizeof room, 0);
    if (size <= 0) give_up("nothing more comes");
    received_.append(room, static_cast<size_t>(size));
  }
  auto value = json::parse(std::string_view(received_).substr(0, end));
  received_.erase(0, end + 1);
  if (!value) give_up("no JSON");
  return *value;
}

json::Value Channel::ask(const json::Writer &line) {
  say(line);
  return listen();
}
