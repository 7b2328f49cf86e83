import { type ErrorCode, isCode, QnapError } from "../errors.ts";
import type { HttpClient } from "../net/http.ts";
import type { Latches, Login } from "../state/latches.ts";
import type { Leases } from "../state/leases.ts";
import { authLogin, type Credentials } from "./authLogin.ts";
import { plainBase32 } from "./totp.ts";

/** What keeps this machine from trying a refused password twice. */
export interface LoginGuard {
  leases: Leases;
  latches: Latches;
  /** Set by the user: try once more even though it was refused before. */
  retryRefusedPassword?: boolean;
}

/** What a NAS may refuse, with a latch of its own. */
interface Lock {
  login: Login;
  refused: ErrorCode;
  latched: ErrorCode;
}

/**
 * Logs in; returns the session id. One log-in per NAS at a time on this machine: two processes with the same wrong password
 * make one attempt between them.
 */
export async function login(http: HttpClient, credentials: Credentials, guard: LoginGuard): Promise<string> {
  const { host, port, name } = http.endpoint;
  const certificate = await http.certificate();
  const about: Login = {
    nas: `${host}:${port}`,
    certificate,
    userName: credentials.userName,
    password: credentials.password,
  };
  const lease = await guard.leases.take(`login ${certificate ?? about.nas}`.toLowerCase(), { waitMs: 60_000 });
  if (!lease)
    throw new QnapError("NasBusy", {
      nas: name,
      call: "log-in",
      result: "another log-in from this machine is under way",
    });
  try {
    return await tryOnce(locksOf(about, credentials), guard, name, (codeSentAt) =>
      authLogin(http, credentials, codeSentAt),
    );
  } finally {
    await lease.release();
  }
}

/** A code typed by hand is another one each time: nothing to remember. */
function locksOf(about: Login, { oneTimePassword, totpSecret }: Credentials): { password: Lock; secondStep?: Lock } {
  const password: Lock = { login: about, refused: "PasswordRefused", latched: "PasswordLatched" };
  if (totpSecret === undefined || oneTimePassword !== undefined) return { password };
  const login = { ...about, totpSecret: plainBase32(totpSecret) };
  return { password, secondStep: { login, refused: "TotpSecretRefused", latched: "TotpSecretLatched" } };
}

/** What is latched is not sent; what is refused is latched. */
async function tryOnce(
  { password, secondStep }: { password: Lock; secondStep?: Lock },
  { latches, retryRefusedPassword }: LoginGuard,
  nas: string,
  attempt: (codeSentAt: string | undefined) => Promise<string>,
): Promise<string> {
  const locks = secondStep ? [password, secondStep] : [password];
  for (const { login, latched } of locks) {
    const since = await latches.since(login);
    if (since !== undefined && !retryRefusedPassword)
      throw new QnapError(latched, { nas, user: login.userName, since });
  }
  const codeSentAt = secondStep && (await latches.tried(secondStep.login));
  for (const { login } of locks) await latches.prepare(login);
  try {
    const sid = await attempt(codeSentAt);
    for (const { login } of locks) await latches.clear(login);
    return sid;
  } catch (error) {
    for (const { login, refused } of locks) if (isCode(error, refused)) await latches.set(login);
    throw error;
  } finally {
    // What is prepared for the second step stays: it tells when a code was last sent.
    await latches.unprepare(password.login);
  }
}
