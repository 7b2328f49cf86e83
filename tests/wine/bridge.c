/*
 * bridge.exe PROGRAM [ARGUMENTS]: runs a Windows program under Wine on Windows pipes, and pumps between those and the Unix
 * pipes that Wine was started with. Node cannot use the Unix ones ("open EBADF"). Ends with the program's exit code.
 */
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

enum { NO_PROGRAM = 64, NO_PIPE = 65, NOT_STARTED = 66 };

typedef struct {
  HANDLE from;
  HANDLE to;
} Pump;

/* Runs as a thread: copies until either side is gone, then tells the reader by closing its end. */
static DWORD WINAPI pump(LPVOID argument) {
  Pump *p = argument;
  char buffer[1 << 16];
  DWORD read, written;
  while (ReadFile(p->from, buffer, sizeof buffer, &read, NULL) && read > 0) {
    for (DWORD sent = 0; sent < read; sent += written) {
      if (!WriteFile(p->to, buffer + sent, read - sent, &written, NULL)) goto gone;
    }
  }
gone:
  CloseHandle(p->to);
  return 0;
}

static HANDLE start_pump(Pump *p) { return CreateThread(NULL, 0, pump, p, 0, NULL); }

/* A pipe of which the program inherits one end and we keep the other. */
static BOOL make_pipe(HANDLE *read, HANDLE *write, HANDLE *ours) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  return CreatePipe(read, write, &inherited, 0) && SetHandleInformation(*ours, HANDLE_FLAG_INHERIT, 0);
}

/* What follows our own name on the command line, quoted as it was given. */
static wchar_t *program_line(void) {
  wchar_t *line = GetCommandLineW();
  BOOL quoted = *line == L'"';
  if (quoted) line++;
  while (*line && *line != (quoted ? L'"' : L' ')) line++;
  if (quoted && *line) line++;
  while (*line == L' ') line++;
  return line;
}

int wmain(void) {
  STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
  PROCESS_INFORMATION program;
  Pump in = {.from = GetStdHandle(STD_INPUT_HANDLE)};
  Pump out = {.to = GetStdHandle(STD_OUTPUT_HANDLE)}, err = {.to = GetStdHandle(STD_ERROR_HANDLE)};
  wchar_t *line = program_line();
  DWORD exit_code = NOT_STARTED;

  if (!*line) return NO_PROGRAM;
  if (!make_pipe(&start.hStdInput, &in.to, &in.to)) return NO_PIPE;
  if (!make_pipe(&out.from, &start.hStdOutput, &out.from)) return NO_PIPE;
  if (!make_pipe(&err.from, &start.hStdError, &err.from)) return NO_PIPE;
  if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &program)) return NOT_STARTED;
  CloseHandle(start.hStdInput);
  CloseHandle(start.hStdOutput);
  CloseHandle(start.hStdError);

  start_pump(&in);
  HANDLE outputs[] = {start_pump(&out), start_pump(&err)};
  WaitForSingleObject(program.hProcess, INFINITE);
  WaitForMultipleObjects(2, outputs, TRUE, INFINITE);
  GetExitCodeProcess(program.hProcess, &exit_code);
  ExitProcess(exit_code);
}
