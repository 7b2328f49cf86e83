/*
 * Stands beside the provider's DLL as qnap-snapshot-core.exe: its standard input and output are a TCP connection to the port in
 * VSS_SIM_CORE_PORT on loopback, where a test or a core on Linux answers. Ends when either side does.
 */
#include <winsock2.h>

#include <stdlib.h>

namespace {

SOCKET connect_to_test() {
  WSADATA data;
  const char *port = getenv("VSS_SIM_CORE_PORT");
  if (!port || WSAStartup(MAKEWORD(2, 2), &data)) return INVALID_SOCKET;
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<u_short>(atoi(port)));
  SOCKET connection = socket(AF_INET, SOCK_STREAM, 0);
  char at_once = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  return connect(connection, reinterpret_cast<sockaddr *>(&address), sizeof address) ? INVALID_SOCKET : connection;
}

DWORD WINAPI send_input(void *argument) {
  SOCKET connection = reinterpret_cast<SOCKET>(argument);
  char bytes[16384];
  DWORD count;
  while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, sizeof bytes, &count, nullptr) && count > 0)
    send(connection, bytes, static_cast<int>(count), 0);
  shutdown(connection, SD_SEND);
  return 0;
}

}  // namespace

int main() {
  SOCKET connection = connect_to_test();
  if (connection == INVALID_SOCKET) return 70;
  CreateThread(nullptr, 0, send_input, reinterpret_cast<void *>(connection), 0, nullptr);
  char bytes[16384];
  DWORD written;
  for (int count; (count = recv(connection, bytes, sizeof bytes, 0)) > 0;)
    if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, static_cast<DWORD>(count), &written, nullptr)) break;
  ExitProcess(0); /* the other thread may still wait for input */
}
