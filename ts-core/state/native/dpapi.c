/*
 * qnap-snapshot-dpapi.exe protect|unprotect [FOLDER]: passes standard input through Windows' DPAPI to standard output.
 * qnap-snapshot-dpapi.exe check FOLDER: says only whether FOLDER keeps others out.
 *
 * What was protected without FOLDER, only this account unprotects. With FOLDER every account of this machine can, so the
 * folder where it is kept must keep them out: that is checked each time, before any byte is read.
 */
#include <windows.h>

#include <aclapi.h>
#include <stdio.h>
#include <wchar.h>

enum { DONE, WRONG_USE = 64, BAD_INPUT = 65, UNSAFE_FOLDER = 66, REFUSED = 67, NOT_WRITTEN = 68 };
enum { MAX_INPUT = 4096 };

static BYTE input[MAX_INPUT + 1];

static int fail(int exit_code, const char *what) {
  fprintf(stderr, "%s\n", what);
  return exit_code;
}

static int fail_with(int exit_code, const char *call, DWORD error) {
  fprintf(stderr, "%s: Windows error %lu (0x%08lx)\n", call, error, error);
  return exit_code;
}

/* SYSTEM, Administrators, the account that this runs as, and whoever of those made a file in the folder. */
static BOOL is_trusted(PSID sid) {
  union {
    TOKEN_USER user;
    BYTE room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  } us;
  DWORD size;
  HANDLE token;
  if (IsWellKnownSid(sid, WinLocalSystemSid) || IsWellKnownSid(sid, WinBuiltinAdministratorsSid)) return TRUE;
  if (IsWellKnownSid(sid, WinCreatorOwnerSid)) return TRUE;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return FALSE;
  BOOL known = GetTokenInformation(token, TokenUser, &us, sizeof us, &size);
  CloseHandle(token);
  return known && EqualSid(sid, us.user.User.Sid);
}

/* A list that is missing lets everybody in. Kinds of entries that we do not know count as the worse. */
static BOOL lets_others_in(PACL list) {
  if (!list) return TRUE;
  for (DWORD i = 0; i < list->AceCount; i++) {
    ACCESS_ALLOWED_ACE *entry;
    if (!GetAce(list, i, (void **)&entry)) return TRUE;
    if (entry->Header.AceType == ACCESS_DENIED_ACE_TYPE) continue;
    if (entry->Header.AceType != ACCESS_ALLOWED_ACE_TYPE || !is_trusted(&entry->SidStart)) return TRUE;
  }
  return FALSE;
}

static int check_folder(wchar_t *folder) {
  PSID owner;
  PACL list;
  PSECURITY_DESCRIPTOR descriptor;
  SECURITY_INFORMATION asked = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  DWORD error = GetNamedSecurityInfoW(folder, SE_FILE_OBJECT, asked, &owner, NULL, &list, NULL, &descriptor);
  int exit_code = DONE;
  if (error) return fail_with(UNSAFE_FOLDER, "its rights cannot be read", error);
  if (!is_trusted(owner)) exit_code = fail(UNSAFE_FOLDER, "it belongs to an account other than SYSTEM and Administrators");
  else if (lets_others_in(list)) exit_code = fail(UNSAFE_FOLDER, "accounts other than SYSTEM and Administrators may use it");
  LocalFree(descriptor);
  return exit_code;
}

/* Up to one byte more than is allowed, so that too much is seen. */
static DWORD read_input(void) {
  HANDLE from = GetStdHandle(STD_INPUT_HANDLE);
  DWORD size = 0, read;
  while (size < sizeof input && ReadFile(from, input + size, sizeof input - size, &read, NULL) && read > 0) size += read;
  return size;
}

static int write_output(const DATA_BLOB *out) {
  HANDLE to = GetStdHandle(STD_OUTPUT_HANDLE);
  DWORD written;
  for (DWORD sent = 0; sent < out->cbData; sent += written) {
    if (!WriteFile(to, out->pbData + sent, out->cbData - sent, &written, NULL))
      return fail_with(NOT_WRITTEN, "WriteFile", GetLastError());
  }
  return DONE;
}

static int convert(BOOL protect, BOOL for_machine) {
  DWORD flags = CRYPTPROTECT_UI_FORBIDDEN | (protect && for_machine ? CRYPTPROTECT_LOCAL_MACHINE : 0);
  DATA_BLOB in = {read_input(), input}, out;
  if (in.cbData == 0 || in.cbData > MAX_INPUT) return fail(BAD_INPUT, "standard input must hold 1 to 4096 bytes");
  BOOL converted = protect ? CryptProtectData(&in, L"QnapSnapshot", NULL, NULL, NULL, flags, &out)
                           : CryptUnprotectData(&in, NULL, NULL, NULL, NULL, flags, &out);
  if (!converted) return fail_with(REFUSED, protect ? "CryptProtectData" : "CryptUnprotectData", GetLastError());
  int exit_code = write_output(&out);
  SecureZeroMemory(out.pbData, out.cbData);
  LocalFree(out.pbData);
  return exit_code;
}

int wmain(int count, wchar_t **arguments) {
  const wchar_t *verb = count > 1 ? arguments[1] : L"";
  wchar_t *folder = count > 2 ? arguments[2] : NULL;
  BOOL protect = !wcscmp(verb, L"protect"), check = !wcscmp(verb, L"check");
  BOOL known = protect || !wcscmp(verb, L"unprotect") || (check && folder);
  if (!known || count > 3) return fail(WRONG_USE, "qnap-snapshot-dpapi protect|unprotect [FOLDER], or check FOLDER");
  int exit_code = folder ? check_folder(folder) : DONE;
  if (exit_code == DONE && !check) exit_code = convert(protect, folder != NULL);
  SecureZeroMemory(input, sizeof input);
  return exit_code;
}
