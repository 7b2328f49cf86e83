import { afterEach, expect, test } from "vitest";
import { paths, readCgi, writeCgi } from "../../../ts-core/nas/cgi.ts";
import { NasDirectory } from "../../../ts-core/nas/directory.ts";
import type { Nas } from "../../../ts-core/nas/nas.ts";
import { rest } from "../../../ts-core/nas/rest.ts";
import { Unconfirmed } from "../../../ts-core/net/unconfirmed.ts";
import { Latches } from "../../../ts-core/state/latches.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Secrets } from "../../../ts-core/state/secrets.ts";
import { Settings } from "../../../ts-core/state/settings.ts";
import { makeStateFolder } from "../state/workers.ts";
import { type Asked, startFakeNas } from "./fakeNas.ts";

type Answer = ReturnType<Parameters<typeof startFakeNas>[0]>;

const dead = "<QDocRoot><authPassed>0</authPassed></QDocRoot>";
const done = "<QDocRoot><authPassed>1</authPassed><result>1</result></QDocRoot>";
const say = { signal: new AbortController().signal, warn: () => undefined };

let fake: Awaited<ReturnType<typeof startFakeNas>>;
let directory: NasDirectory;
let alive = new Set<string>();
let logins = 0;
let serialNumber: string;
let system: string | undefined;
/** Answers nothing about sessions. */
let silent: boolean;
/** Answers a write; what a NAS with a live session does. */
let write: (asked: Asked, live: boolean) => Answer;

afterEach(async () => {
  await directory.close();
  fake.stop();
});

function logIn({ form }: Asked): string {
  const sid = form.get("sid");
  if (sid !== null)
    return alive.has(sid) ? "<QDocRoot><authPassed>1</authPassed><isAdmin>1</isAdmin></QDocRoot>" : dead;
  const fresh = `sid${++logins}`;
  alive.add(fresh);
  return `<QDocRoot><authPassed>1</authPassed><authSid>${fresh}</authSid></QDocRoot>`;
}

function sysinfo(): string {
  const own = `<func><ownContent><root><serial_number>${serialNumber}</serial_number></root></ownContent></func>`;
  return `<QDocRoot><authPassed>1</authPassed><model><modelName>TS</modelName></model><firmware><version>5.2.0</version></firmware>${own}</QDocRoot>`;
}

function answer(asked: Asked): Answer {
  const { path, form } = asked;
  if (silent) return { status: 500, text: "" };
  if (path.endsWith("authLogin.cgi")) return logIn(asked);
  if (path.endsWith("authLogout.cgi")) return String(alive.delete(form.get("sid") ?? ""));
  const live = alive.has(form.get("sid") ?? "");
  if (path !== paths.system) return write(asked, live);
  return live ? (system ?? sysinfo()) : dead;
}

async function connect(): Promise<Nas> {
  alive = new Set();
  logins = 0;
  serialNumber = "Q1";
  system = undefined;
  silent = false;
  write = (_, live) => (live ? done : dead);
  fake = await startFakeNas(answer);
  const folder = makeStateFolder();
  const secrets = new Secrets(folder);
  const leases = new Leases(folder);
  directory = new NasDirectory({
    leases,
    secrets,
    latches: new Latches(folder, secrets),
    settings: new Settings(folder, leases),
  });
  const request = { name: "127.0.0.1", port: fake.port, userName: "admin", password: "hunter2", allowHttp: true };
  await directory.connect(request, say);
  const nas = await directory.open("127.0.0.1", say);
  fake.asked.length = 0;
  return nas;
}

const askedOf = (path: string) => fake.asked.filter((asked) => asked.path === path);
const remove = (nas: Nas) => writeCgi(nas.session, paths.snapshot, { func: "del_snapshot" }, { call: "delete" });
const list = (nas: Nas) => readCgi(nas.session, paths.snapshot, { func: "extra_get" }, { call: "list" });

test("a write in an expired session is made again in a new one, after one look at who the NAS is", async () => {
  const nas = await connect();
  alive.clear();
  expect((await remove(nas)).result).toBe(1);
  await remove(nas);
  expect(askedOf(paths.snapshot)).toHaveLength(3);
  expect(askedOf(paths.system)).toHaveLength(1);
  expect(logins).toBe(2);
});

test.each([
  ["read", list],
  ["write", remove],
])("a %s goes to no other NAS that answers at the same address now", async (_, run) => {
  const nas = await connect();
  alive.clear();
  serialNumber = "Q2";
  const before = { code: "NasChanged", details: { serialNumber: "Q2", before: "Q1" } };
  await expect(run(nas)).rejects.toMatchObject(before);
  await expect(run(nas)).rejects.toMatchObject(before);
  expect(askedOf(paths.snapshot).filter(({ form }) => form.get("sid") !== "sid1")).toEqual([]);
  expect([...alive]).toEqual([]);
  serialNumber = "Q1";
  await run(nas);
});

test.each([dead, "<QDocRoot><authPassed>1</authPassed></QDocRoot>", "junk"])(
  "a NAS that does not tell who it is (%s) gets no call",
  async (page) => {
    const nas = await connect();
    alive.clear();
    system = page;
    await expect(remove(nas)).rejects.toMatchObject({ code: "NasAnswerUnreadable" });
    expect(askedOf(paths.snapshot)).toHaveLength(1);
  },
);

test.each<[string, Answer]>([
  ["authPassed=0", dead],
  ["HTTP 401", { status: 401, text: "" }],
])("a write that is refused with %s in a live session is not made again", async (_, refusal) => {
  const nas = await connect();
  write = () => refusal;
  await expect(remove(nas)).rejects.toBeInstanceOf(Unconfirmed);
  expect(askedOf(paths.snapshot)).toHaveLength(1);
  expect(logins).toBe(1);
});

test("so it is after a renewed log-in, and over REST", async () => {
  const nas = await connect();
  alive.clear();
  write = () => dead;
  await expect(remove(nas)).rejects.toBeInstanceOf(Unconfirmed);
  expect(askedOf(paths.snapshot)).toHaveLength(2);
  write = () => '{"error_code":-22,"error_message":"sid is invalid"}';
  const request = { method: "DELETE", path: "/snapmgr/v1/snapshots/7" } as const;
  await expect(rest(nas.session, request, { call: "delete", write: true })).rejects.toBeInstanceOf(Unconfirmed);
  expect(askedOf("/api/snapmgr/v1/snapshots/7")).toHaveLength(1);
});

test.each([dead, "<QDocRoot><authPassed>1</authPassed><result>-22</result></QDocRoot>"])(
  "while the NAS does not tell about the session, a write answered with %s is neither done nor refused",
  async (refusal) => {
    const nas = await connect();
    write = () => {
      silent = true;
      return refusal;
    };
    await expect(remove(nas)).rejects.toBeInstanceOf(Unconfirmed);
    expect(askedOf(paths.snapshot)).toHaveLength(1);
  },
);
