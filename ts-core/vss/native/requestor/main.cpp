/*
 * qnap-vss-requestor.exe: has VSS make one set of shadow copies, by our provider. The request comes on standard input, events go
 * to standard output, a JSON object a line: docs/protocol.md, "Requestor".
 */
#include "backup.h"

namespace {

/* mingw does not declare it. */
constexpr GUID global_options = {0x0000034B, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};

/* So that a fault in COM ends the process and is not swallowed; an old COM without it does as well. */
void let_faults_through() {
  Com<IGlobalOptions> options;
  if (SUCCEEDED(CoCreateInstance(global_options, nullptr, CLSCTX_INPROC_SERVER, IID_IGlobalOptions,
                                 reinterpret_cast<void **>(options.out()))))
    options->Set(COMGLB_EXCEPTION_HANDLING, COMGLB_EXCEPTION_DONOT_HANDLE);
}

/* As Microsoft asks of requestors: writers call back, under accounts of their own. Security comes before all other COM. */
HRESULT initialize_com() {
  HRESULT hr = CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  if (SUCCEEDED(hr))
    hr = CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IDENTIFY,
                              nullptr, EOAC_NONE, nullptr);
  if (SUCCEEDED(hr)) let_faults_through();
  return hr;
}

int fail(const char *phase, HRESULT hr) {
  tell_failed({phase, hr, {}}, {});
  return 1;
}

}  // namespace

int main() {
  static Input input; /* its thread may outlive this function */
  SetConsoleCtrlHandler(nullptr, TRUE); /* Ctrl-C goes to every process of a console: the core decides */
  std::optional<Request> request = read_request(input.line());
  if (!request) return fail("Request", E_INVALIDARG);
  HRESULT hr = initialize_com();
  if (FAILED(hr)) return fail("CoInitialize", hr);
  if (!input.watch()) return fail("Input", HRESULT_FROM_WIN32(GetLastError()));
  bool made = Backup(*request, input).run();
  CoUninitialize();
  return made ? 0 : 1;
}
