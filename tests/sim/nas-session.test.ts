import { createHmac } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { Caller, rows } from "./nas/caller.ts";
import { type NasOptions, type SimulatedNas, startNas } from "./nas/start.ts";

let nas: SimulatedNas;
afterEach(() => nas.stop());

async function start(options: NasOptions): Promise<Caller> {
  nas = await startNas({ password: "p@ss wörd", ...options });
  return new Caller(nas.http);
}

const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // RFC 6238's "12345678901234567890"

/** RFC 6238, written a second time and simpler: the key is known. */
function totp(atMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(Math.floor(atMs / 30_000), 4);
  const hash = createHmac("sha1", "12345678901234567890").update(counter).digest();
  const code = hash.readUInt32BE((hash[19] ?? 0) & 15) & 0x7fffffff;
  return String(code).slice(-6);
}

test("a password goes in as Base64 of UTF-8; in clear it is refused", async () => {
  const caller = await start({});
  const good = await caller.authenticate("admin", "p@ss wörd");
  expect(good.doc).toMatchObject({ authPassed: "1", isAdmin: "1", username: "admin" });
  expect(good.doc.authSid).toMatch(/^[0-9a-z]{8}$/);
  expect(good.doc).not.toHaveProperty("errorValue");

  const clear = await caller.post("authLogin.cgi", { user: "admin", pwd: "p@ss wörd" });
  expect(clear.doc).toMatchObject({ authPassed: "0", errorValue: "-1" });
  const plain = await caller.post("authLogin.cgi", { user: "admin", plain_pwd: "p@ss wörd" });
  expect(plain.doc.authPassed).toBe("1");
});

test("answers are text/xml, GET and POST are merged, and what is not there is 404", async () => {
  await start({ luns: "sqldata:1" });
  const caller = await Caller.login(nas);
  const split = await fetch(`${nas.http}/cgi-bin/disk/iscsi_portal_setting.cgi?func=extra_get&sid=${caller.sid}`, {
    method: "POST",
    body: new URLSearchParams({ lun_info: "1", lunID: "0" }),
  });
  expect(split.headers.get("content-type")).toBe("text/xml");
  expect(await split.text()).toContain("<LUNName><![CDATA[sqldata]]></LUNName>");
  expect((await caller.get("/cgi-bin/disk/no_such.cgi")).status).toBe(404);
  expect((await caller.get("/elsewhere")).status).toBe(404);
});

test("a body beyond all measure is refused, and the NAS goes on", async () => {
  await start({});
  for (const base of [nas.http, nas.https]) {
    const caller = await Caller.login(nas, base);
    const huge = await caller.post("authLogin.cgi", { sid: caller.sid, x: "a".repeat(3 << 20) });
    expect(huge.status).toBe(413);
    expect((await caller.post("authLogin.cgi", { sid: caller.sid })).doc.authPassed).toBe("1");
  }
});

test.each(["OPTIONS", "PUT", "DELETE", "PATCH"])("%s is no way to call a CGI, and changes nothing", async (method) => {
  await start({ luns: "sqldata:1" });
  const { sid } = await Caller.login(nas);
  const query = new URLSearchParams({ func: "create_snapshot", lunID: "0", snapshot_name: "no", sid });
  const response = await fetch(`${nas.http}/cgi-bin/disk/snapshot.cgi?${query}`, { method });
  expect(response.status).toBe(405);
  expect((await nas.effects()).map(({ kind }) => kind)).toEqual(["session.login"]);
});

test("a log-in tells of account and device what captures show", async () => {
  const { doc } = await (await start({ profile: "hero-h5.3" })).authenticate("admin", "p@ss wörd");
  expect(doc).toMatchObject({ user_enable: "1", user_pw_expiry: "0", hero_model: "1", mfa_support: "1" });
  expect(Object.keys(doc)).toEqual(
    expect.arrayContaining(["user_account_expiry", "user_pw_change", "qts_mode_type", "SUID", "cuid"]),
  );
  expect(Object.keys(doc.shutdown_info as object)).toEqual(["type", "timestamp", "duration"]);
});

test("an unknown function is authenticated and says nothing else", async () => {
  await start({});
  const caller = await Caller.login(nas);
  const { doc, result } = await caller.snapshot("no_such_function", {});
  expect(doc.authPassed).toBe("1");
  expect(result).toBeUndefined();
});

test("a sid is dead after log-out, after its time, and after a reboot", async () => {
  await start({});
  const caller = await Caller.login(nas);
  const alive = async () => (await caller.post("authLogin.cgi", { sid: caller.sid })).doc.authPassed;
  expect(await alive()).toBe("1");
  await caller.cgi("authLogout.cgi", { logout: 1 });
  expect(await alive()).toBe("0");

  caller.sid = (await Caller.login(nas)).sid;
  await nas.quirk("sidTtlSeconds", 1);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect((await caller.read({ targetList: 1 })).doc.authPassed).toBe("0");
  await nas.quirk("sidTtlSeconds", 600);

  caller.sid = (await Caller.login(nas)).sid;
  await nas.reboot();
  expect(await alive()).toBe("0");
});

test("whose sid it is", async () => {
  await start({});
  const caller = await Caller.login(nas);
  const { doc } = await caller.post("authLogin.cgi", { sid: caller.sid, service: 1 });
  expect(doc).toMatchObject({ authPassed: "1", user: "admin", isAdmin: "1", groupname: "administrators" });
  expect(doc.model).toMatchObject({ storage_v2: "1", is_zfs: "0" });
});

test.each([
  ["qts-4.3.6", "TS-453B"],
  ["qes-2.1", "ES1640dc"],
] as const)("%s tells its model to anybody", async (profile, model) => {
  const { doc } = await (await start({ profile })).post("authLogin.cgi", {});
  expect(doc.model).toMatchObject({ displayModelName: model });
  expect(doc.model).not.toHaveProperty("is_zfs");
});

test.each(["qts-5.2", "hero-h6.0"] as const)("%s tells nobody but where HTTPS is", async (profile) => {
  const { doc } = await (await start({ profile })).post("authLogin.cgi", {});
  expect(doc).not.toHaveProperty("model");
  expect(doc).toMatchObject({ stunnelEnabled: "1", stunnelPort: new URL(nas.https).port });
});

test("too many wrong passwords lock the address, for the right one too, until the time is over", async () => {
  const caller = await start({ quirks: { lockoutAfter: 3 } });
  for (let i = 0; i < 3; i++) await caller.authenticate("admin", "wrong");
  const locked = await caller.authenticate("admin", "p@ss wörd");
  expect(locked.doc).toMatchObject({ authPassed: "0", errorValue: "-1" });
  await nas.clock(6 * 60_000);
  expect((await caller.authenticate("admin", "p@ss wörd")).doc.authPassed).toBe("1");
});

test("a right password in between starts the count anew", async () => {
  const caller = await start({ quirks: { lockoutAfter: 2 } });
  for (let i = 0; i < 3; i++) {
    await caller.authenticate("admin", "wrong");
    expect((await caller.authenticate("admin", "p@ss wörd")).doc.authPassed).toBe("1");
  }
});

test.each([
  ["qts-4.3.6", "need_2sv"],
  ["qts-5.2", "need_2_step_verification"],
] as const)("%s asks for the second step by %s", async (profile, field) => {
  const caller = await start({ profile, totpSecret: secret });
  const first = await caller.authenticate("admin", "p@ss wörd");
  expect(first.doc).toMatchObject({ authPassed: "0", [field]: "1", lost_phone: "1" });
  expect(first.doc).not.toHaveProperty("errorValue");

  const wrong = await caller.authenticate("admin", "p@ss wörd", { security_code: "000000" });
  expect(wrong.doc).toMatchObject({ authPassed: "0", errorValue: "-1" });
  const right = await caller.authenticate("admin", "p@ss wörd", { security_code: totp(Date.now()) });
  expect(right.doc.authPassed).toBe("1");
});

test("codes go by the clock of the NAS, which it shows", async () => {
  const caller = await start({ totpSecret: secret });
  await nas.clock(10 * 60_000);
  const late = await caller.authenticate("admin", "p@ss wörd", { security_code: totp(Date.now()) });
  expect(late.doc.authPassed).toBe("0");
  const asked = await caller.authenticate("admin", "p@ss wörd");
  const local = Date.parse(`${String(asked.doc.timestring).replace(" ", "T")}+01:00`);
  expect(Math.abs(local - Date.now() - 600_000)).toBeLessThan(60_000);
});

test("other second steps: a code by e-mail once, the security question, a trusted device", async () => {
  const caller = await start({ totpSecret: secret });
  const login = (more: Record<string, string>) => caller.authenticate("admin", "p@ss wörd", more);
  expect((await login({ send_mail: "1" })).doc.send_result).toBe("1");
  const code = (await nas.state()).users[0]?.mailedCode ?? "";
  expect(code).toMatch(/^\d{8}$/);
  expect((await login({ security_code: code })).doc.authPassed).toBe("1");
  expect((await login({ security_code: code })).doc.authPassed).toBe("0");

  expect((await login({ get_question: "1" })).doc.security_question_text).toMatch(/pet/);
  const trusted = await login({ security_answer: "rex", gen_client_id: "1", dont_verify_2sv_again: "1" });
  const { client_id, vtoken } = trusted.doc as Record<string, string>;
  expect((await login({ client_id: String(client_id), vtoken: String(vtoken) })).doc.authPassed).toBe("1");
});

test("remme gives a token that stands for the password, until it is cleared", async () => {
  const caller = await start({});
  const { qtoken } = (await caller.authenticate("admin", "p@ss wörd", { remme: 1 })).doc as { qtoken: string };
  const byToken = (more = {}) => caller.post("authLogin.cgi", { user: "admin", qtoken, ...more });
  expect((await byToken()).doc.authPassed).toBe("1");
  await byToken({ remme: 0 });
  expect((await byToken()).doc.authPassed).toBe("0");
});

test("services: from 100 on no session, names refused", async () => {
  const caller = await start({});
  const service = await caller.authenticate("admin", "p@ss wörd", { service: 100 });
  expect(service.doc.authPassed).toBe("1");
  expect(service.doc).not.toHaveProperty("authSid");
  expect((await caller.authenticate("admin", "p@ss wörd", { service: "Qsync" })).doc.authPassed).toBe("0");
});

test("an expired password and missing enrolment give no session", async () => {
  const caller = await start({ quirks: { passwordExpired: true } });
  expect((await caller.authenticate("admin", "p@ss wörd")).doc).toMatchObject({ authPassed: "0", user_pw_expiry: "1" });
  await nas.quirk("passwordExpired", "off");
  await nas.quirk("forceTwoStep", "on");
  expect((await caller.authenticate("admin", "p@ss wörd")).doc).toMatchObject({ authPassed: "0", force_2sv: "1" });
});

test("where sids are bound to their port, HTTPS's does not work over HTTP", async () => {
  await start({ profile: "qts-5.2" });
  const secure = await Caller.login(nas, nas.https);
  expect((await secure.read({ targetList: 1 })).result).toBe(0);
  const plain = new Caller(nas.http);
  plain.sid = secure.sid;
  expect((await plain.read({ targetList: 1 })).doc).toMatchObject({ authPassed: "0", errorcode: "-22" });
  await nas.quirk("sidBoundToPort", "off");
  expect((await plain.read({ targetList: 1 })).result).toBe(0);
});

test("an account that is no administrator may log in and nothing else", async () => {
  const caller = await start({ luns: "sqldata:1" });
  await nas.addUser({ name: "viewer", password: "secret" });
  const { doc } = await caller.authenticate("viewer", "secret");
  expect(doc).toMatchObject({ authPassed: "1", isAdmin: "0" });
  caller.sid = String(doc.authSid);
  expect(await caller.read({ targetList: 1 })).toMatchObject({ result: -1, doc: { errorcode: "-22" } });
});

test("system information, health and network", async () => {
  await start({ profile: "qts-5.2" });
  const caller = await Caller.login(nas);
  const { doc } = await caller.cgi("management/manaRequest.cgi", { subfunc: "sysinfo" });
  expect(doc).toMatchObject({ func: { ownContent: { root: { server_name: "nas01", uptime_min: "0" } } } });
  expect(doc).toMatchObject({ func: { ownContent: { root: { uptime_sec: expect.stringMatching(/^\d+$/) } } } });
  expect(doc.model).toMatchObject({ node: "", dual_node: "0" });
  const health = await caller.cgi("management/manaRequest.cgi", { subfunc: "sysinfo", sysHealth: 1 });
  expect(health.doc).toMatchObject({ func: { ownContent: { sysHealth: { status: "good" } } } });
  const net = await caller.cgi("sys/sysRequest.cgi", { subfunc: "net_setting" });
  const { name, ownContent: content } = net.doc.func as { name: string; ownContent: unknown };
  expect(name).toBe("net_setting");
  expect(rows(content, "IPInfo")[0]).toMatchObject({ status: "1", IP: { IP1: "127", IP4: "1" } });
});

test("plain HTTP can send everybody to HTTPS", async () => {
  await start({ quirks: { redirectToHttps: true } });
  const response = await fetch(`${nas.http}/cgi-bin/authLogin.cgi`, { redirect: "manual" });
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toBe(`${nas.https}/cgi-bin/authLogin.cgi`);
});
