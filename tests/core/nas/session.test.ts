import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { reasonOf } from "../../../ts-core/errors.ts";
import { login } from "../../../ts-core/nas/login.ts";
import { HttpClient } from "../../../ts-core/net/http.ts";
import { Latches } from "../../../ts-core/state/latches.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Secrets } from "../../../ts-core/state/secrets.ts";
import { type SimulatedNas, startNas } from "../../sim/nas/start.ts";
import { makeStateFolder } from "../state/workers.ts";
import { newSession, startFakeNas } from "./fakeNas.ts";

const passed = "<QDocRoot><authPassed>1</authPassed><authSid>abc123</authSid></QDocRoot>";
const refused = "<QDocRoot><authPassed>0</authPassed></QDocRoot>";

describe("against answers that a test writes", () => {
  let fake: Awaited<ReturnType<typeof startFakeNas>>;
  let http: ReturnType<typeof newSession>["session"]["http"] | undefined;
  afterEach(() => {
    http?.close();
    fake.stop();
  });

  async function logIn(answer: Parameters<typeof startFakeNas>[0], credentials = {}) {
    fake = await startFakeNas(answer);
    const { session, since } = newSession(fake.port, credentials);
    http = session.http;
    const outcome = await session.sid().catch((error: { code?: string }) => error.code ?? reasonOf(error));
    return { session, outcome, latched: (await since()) !== undefined };
  }

  test.each([
    [passed, "abc123", false],
    [refused, "PasswordRefused", true],
    ["<QDocRoot><authPassed>0</authPassed><user_pw_expiry>1</user_pw_expiry></QDocRoot>", "PasswordExpired", false],
    ["<QDocRoot><authPassed>0</authPassed><force_2sv>1</force_2sv></QDocRoot>", "TwoFactorNotEnrolled", false],
    ["<QDocRoot><authPassed>0</authPassed><need_2sv>1</need_2sv></QDocRoot>", "TwoFactorRequired", false],
    [
      "<QDocRoot><authPassed>0</authPassed><need_2_step_verification>1</need_2_step_verification></QDocRoot>",
      "TwoFactorRequired",
      false,
    ],
    ["<QDocRoot><authPassed>1</authPassed></QDocRoot>", "NasAnswerUnreadable", false],
    ["<QDocRoot><authPassed>1</authPassed><authSid>a b</authSid></QDocRoot>", "NasAnswerUnreadable", false],
    ["<QDocRoot><authPassed>1</authPassed><authSid>ä🎈</authSid></QDocRoot>", "NasAnswerUnreadable", false],
    ["<QDocRoot><authPassed>0</auth", "NasAnswerUnreadable", false],
    ["<html><body>It works!</body></html>", "NotAQnapNas", false],
    ["", "NotAQnapNas", false],
    ["{}", "NotAQnapNas", false],
    [{ status: 404, text: "" }, "NotAQnapNas", false],
    [{ status: 302, text: "" }, "NotAQnapNas", false],
    [{ status: 503, text: "" }, "NasNoAnswer", false],
  ])("a log-in answered with %j is %s; latched: %s", async (answer, outcome, latched) => {
    expect(await logIn(() => answer)).toMatchObject({ outcome, latched });
  });

  test("a refused password is sent once, however often it is asked for", async () => {
    const { session } = await logIn(() => refused);
    await expect(session.sid()).rejects.toMatchObject({ code: "PasswordLatched" });
    expect(fake.asked).toHaveLength(1);
  });

  test("where no latch can be written no password is sent, and a refused one is not sent again", async () => {
    const folder = makeStateFolder();
    const latchFolder = join(folder, "latches");
    const breakFolder = () => rmSync(latchFolder, { recursive: true });
    fake = await startFakeNas(() => {
      breakFolder();
      return refused;
    });
    http = new HttpClient(
      { name: "nas01", host: "127.0.0.1", port: fake.port, scheme: "http", trust: { kind: "None" } },
      20,
    );
    const guard = { leases: new Leases(folder), latches: new Latches(folder, new Secrets(folder)) };
    const tryIt = () => login(http as HttpClient, { userName: "admin", password: "hunter2" }, guard);
    breakFolder();
    await expect(tryIt()).rejects.toMatchObject({ code: "StateUnwritable" });
    expect(fake.asked).toHaveLength(0);
    mkdirSync(latchFolder);
    await expect(tryIt()).rejects.toMatchObject({ code: "StateUnwritable" });
    mkdirSync(latchFolder);
    await expect(tryIt()).rejects.toMatchObject({ code: "PasswordLatched" });
    expect(fake.asked).toHaveLength(1);
  });

  test("password and code go out in the body only, the password as Base64 of its UTF-8", async () => {
    const second = "<QDocRoot><authPassed>0</authPassed><need_2sv>1</need_2sv></QDocRoot>";
    const answer = ({ form }: { form: URLSearchParams }) => (form.has("security_code") ? passed : second);
    await logIn(answer, { password: "pässwörd+&=", oneTimePassword: "123456" });
    expect(fake.asked.map(({ path }) => path)).toEqual(["/cgi-bin/authLogin.cgi", "/cgi-bin/authLogin.cgi"]);
    expect(fake.asked[1]?.form.get("security_code")).toBe("123456");
    expect(fake.asked[0]?.form.get("pwd")).toBe(Buffer.from("pässwörd+&=").toString("base64"));
  });

  test.each(["6", "8", "0", "-5", "999999999999999", "x"])(
    "whatever length of code (%s) a NAS asks for, 6 to 8 digits are sent",
    async (length) => {
      const wants = `<QDocRoot><authPassed>0</authPassed><need_2sv>1</need_2sv><security_code_length>${length}</security_code_length></QDocRoot>`;
      const answer = ({ form }: { form: URLSearchParams }) => (form.has("security_code") ? passed : wants);
      const { outcome } = await logIn(answer, { totpSecret: "GEZDGNBVGY3TQOJQ" });
      expect(outcome).toBe("abc123");
      expect(fake.asked[1]?.form.get("security_code")).toMatch(length === "8" ? /^\d{8}$/ : /^\d{6}$/);
    },
  );

  test("a log-out that is answered with junk is not believed, and no error", async () => {
    let loggedIn = false;
    const { session } = await logIn(() => {
      const answer = loggedIn ? "junk" : passed;
      loggedIn = true;
      return answer;
    });
    expect(await session.logout()).toBe(false);
    expect(await session.logout()).toBe(true);
  });
});

describe("against the simulator", () => {
  let nas: SimulatedNas;
  afterEach(() => nas.stop());

  test("many requests that find their session dead make one new log-in between them", async () => {
    nas = await startNas();
    const { session } = newSession(Number(new URL(nas.http).port), { userName: nas.user, password: nas.password });
    const dead = await session.sid();
    await nas.expireSessions();
    await nas.reset();
    const renewed = await Promise.all(Array.from({ length: 16 }, () => session.renew(dead)));
    expect(new Set(renewed).size).toBe(1);
    expect((await nas.effects()).filter(({ kind }) => kind === "session.login")).toHaveLength(1);
    expect(await session.logout()).toBe(true);
    session.http.close();
  });
});
