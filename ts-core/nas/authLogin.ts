import { type ErrorCode, QnapError, reasonOf } from "../errors.ts";
import { type HttpClient, NoAnswer } from "../net/http.ts";
import { localTime } from "./time.ts";
import { totp } from "./totp.ts";
import { document, integer, parseXml, text, type XmlNode } from "./xml.ts";

const codeSeconds = 30;
const zoneSeconds = 15 * 60;

export interface Credentials {
  userName: string;
  password: string;
  oneTimePassword?: string | undefined;
  totpSecret?: string | undefined;
}

/**
 * Sends the credentials; returns the session id. `codeSentAt`: when the last code of the same TOTP secret was sent from this
 * machine, if that is known.
 */
export async function authLogin(http: HttpClient, credentials: Credentials, codeSentAt?: string): Promise<string> {
  const first = await post(http, credentials);
  if (!wantsSecondStep(first)) return read(http, credentials, first);
  const { oneTimePassword, totpSecret, userName } = credentials;
  const code =
    oneTimePassword ?? (totpSecret === undefined ? undefined : totp(totpSecret, Date.now(), codeLength(first)));
  if (code === undefined) throw new QnapError("TwoFactorRequired", { nas: http.endpoint.name, user: userName });
  const second = await post(http, credentials, code);
  if (integer(second, "authPassed") !== 1) {
    const told = clocks(first, second);
    const why = oneTimePassword === undefined ? whySecretRefused(told, codeSentAt) : "TwoFactorRefused";
    throw new QnapError(why, { nas: http.endpoint.name, user: userName, ...told });
  }
  return read(http, credentials, second);
}

/** RFC 4226 knows 6 to 8 digits; whatever else an answer says is no length. */
function codeLength(answer: XmlNode): number {
  const told = integer(answer, "security_code_length") ?? 6;
  return told >= 6 && told <= 8 ? told : 6;
}

/** `pwd` is the Base64 of the UTF-8 password in every source; always POST, so that no secret stands in a URL. */
async function post(http: HttpClient, { userName, password }: Credentials, code?: string): Promise<XmlNode> {
  const form = new URLSearchParams({
    user: userName,
    pwd: Buffer.from(password, "utf8").toString("base64"),
    serviceKey: "1",
  });
  if (code !== undefined) form.set("security_code", code);
  const nas = http.endpoint.name;
  try {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await http.send({ method: "POST", path: "/cgi-bin/authLogin.cgi", headers, body: form.toString() });
    if (answer.status >= 500) throw new NoAnswer(`HTTP ${answer.status}`, false);
    if (answer.status !== 200)
      throw new QnapError("NotAQnapNas", { nas, reason: `its log-in page answers HTTP ${answer.status}` });
    return loginDocument(nas, answer.text);
  } catch (error) {
    if (error instanceof NoAnswer)
      throw new QnapError("NasNoAnswer", { nas, call: "log-in", reason: reasonOf(error) }, error);
    throw error;
  }
}

function loginDocument(nas: string, body: string): XmlNode {
  let answer: XmlNode;
  try {
    answer = parseXml(body);
  } catch (error) {
    if (body.includes("QDocRoot"))
      throw new QnapError("NasAnswerUnreadable", { nas, call: "log-in", reason: reasonOf(error) }, error);
    throw new QnapError("NotAQnapNas", { nas, reason: "its log-in page does not answer as a QNAP NAS does" });
  }
  if (integer(document(answer), "authPassed") === undefined) {
    throw new QnapError("NotAQnapNas", { nas, reason: "its log-in page does not answer as a QNAP NAS does" });
  }
  return document(answer);
}

/** In the order in which the QTS page reads its own answer (qts-api.md 2.3, single source). */
function read(http: HttpClient, { userName }: Credentials, answer: XmlNode): string {
  const details = { nas: http.endpoint.name, user: userName };
  if (integer(answer, "authPassed") === 1) return readSid(http, answer);
  if (integer(answer, "user_pw_expiry") === 1 || integer(answer, "pw_status") === 1)
    throw new QnapError("PasswordExpired", details);
  if (integer(answer, "force_2sv") === 1) throw new QnapError("TwoFactorNotEnrolled", details);
  throw new QnapError("PasswordRefused", details);
}

/** Without one that can be sent back, the log-in is of no use; but the password was right. */
function readSid(http: HttpClient, answer: XmlNode): string {
  const sid = text(answer, "authSid");
  if (sid !== undefined && /^[\x21-\x7e]+$/.test(sid)) return sid;
  const reason = "it gives no session id";
  throw new QnapError("NasAnswerUnreadable", { nas: http.endpoint.name, call: "log-in", reason });
}

/** The element's name differs by firmware (confirmed by three sources). */
function wantsSecondStep(answer: XmlNode): boolean {
  return (
    integer(answer, "authPassed") !== 1 &&
    (integer(answer, "need_2sv") === 1 || integer(answer, "need_2_step_verification") === 1)
  );
}

interface Clocks {
  nasTime: string | undefined;
  localTime: string;
}

function clocks(first: XmlNode, second: XmlNode): Clocks {
  return { nasTime: text(second, "timestring") ?? text(first, "timestring"), localTime: new Date().toISOString() };
}

/** Only a secret whose code was good for nothing else is wrong: not at a wrong hour, and not a code that was used already. */
function whySecretRefused({ nasTime, localTime: ownTime }: Clocks, codeSentAt: string | undefined): ErrorCode {
  if (secondsApart(nasTime, ownTime) > codeSeconds) return "ClocksDiffer";
  const usedAlready = codeSentAt !== undefined && Date.now() - Date.parse(codeSentAt) < 2 * codeSeconds * 1000;
  return usedAlready ? "TwoFactorRefused" : "TotpSecretRefused";
}

/**
 * The NAS tells the time of its zone, some quarters of an hour away from ours: a clock that is wrong by as much cannot be seen. Not
 * told, or in no known form: 0.
 */
function secondsApart(nasTime: string | undefined, ownTime: string): number {
  const told = localTime(nasTime);
  if (told === null) return 0;
  const apart = Math.abs(Date.parse(`${told}Z`) - Date.parse(ownTime)) / 1000;
  const rest = apart % zoneSeconds;
  return Math.min(rest, zoneSeconds - rest);
}
