import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CoreFailure, CoreProcess, makeHome } from "../coreProcess.ts";
import { type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { runRaw, startRaw } from "./rawCore.ts";

const newNas = (nas: SimulatedNas) => ({
  name: "127.0.0.1",
  port: Number(new URL(nas.https).port),
  userName: nas.user,
  password: nas.password,
  certificateFingerprint: nas.fingerprint,
});

function codeIn(errors: string): string {
  return (JSON.parse(errors) as { data: { code: string } }).data.code;
}

describe("one operation from the command line", () => {
  test("without input it takes no parameters; the result is one line", async () => {
    expect(await runRaw(["run", "getNas"])).toEqual({ output: '{"count":0}\n', errors: "", exitCode: 0 });
  });

  test.each(["\uFEFF{}", " {} \r\n"])("takes parameters as PowerShell pipes them: %j", async (input) => {
    expect(await runRaw(["run", "getNas"], input)).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ["nosuch", "", "UnknownOperation"],
    ["getNas", "{", "MalformedMessage"],
    ["getNas", '{"password":"hunter2"x', "MalformedMessage"],
    ["getNas", "[]", "InvalidParameter"],
    ["getLun", '{"naa":"none"}', "InvalidParameter"],
    ["getLun", "", "NoNasKnown"],
  ])("%s with '%s' ends with 1 and tells %s", async (name, input, code) => {
    const { errors, output, exitCode } = await runRaw(["run", name], input);
    expect({ exitCode, output, code: codeIn(errors) }).toEqual({ exitCode: 1, output: "", code });
    expect(errors).not.toContain("hunter2");
  });
});

test("errors are ASCII too", async () => {
  const { errors } = await runRaw(["run", "disconnectNas"], '{"name":"Größe🎈"}');
  expect(errors).toMatch(/^[\n -~]*$/);
  expect(JSON.parse(errors)).toMatchObject({ data: { details: { nas: "Größe🎈" } } });
});

describe("against a NAS that is stored for the machine", () => {
  let nas: SimulatedNas;
  let home: string;

  beforeEach(async () => {
    home = makeHome();
    nas = await startNas({ luns: "sqldata:1,mail:1" });
    expect(await runRaw(["run", "setNas"], JSON.stringify(newNas(nas)), home)).toMatchObject({
      exitCode: 0,
      errors: "",
    });
  });
  afterEach(() => nas.stop());

  test("rows and result come as lines of ASCII JSON, and nobody stays logged in", async () => {
    const { output, exitCode } = await runRaw(["run", "getLun"], "", home);
    const lines = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([{ name: "sqldata" }, { name: "mail" }, { count: 2 }]);
    expect(exitCode).toBe(0);
    const kinds = (await nas.effects()).map(({ kind }) => kind).filter((kind) => kind.startsWith("session."));
    expect(kinds).toEqual(["session.login", "session.logout", "session.login", "session.logout"]);
  });

  test("a reader that has seen enough ends it, without a stack trace", async () => {
    const child = startRaw(["run", "getLun"], home);
    let errors = "";
    child.stderr?.on("data", (data) => (errors += data));
    child.stdout?.destroy();
    child.stdin?.end();
    await new Promise((resolve) => child.once("exit", resolve));
    expect(errors).not.toMatch(/ {4}at |EPIPE/);
  });

  test("recover: 0 when there is nothing to do, 1 while something stays unsettled, 0 when all is settled", async () => {
    expect(await runRaw(["run", "recover"], "", home)).toMatchObject({
      exitCode: 0,
      output: '{"count":0,"unresolved":0}\n',
    });

    const core = await CoreProcess.start(home);
    await core.connect(nas);
    await nas.fault({ kind: "holdAfter", match: { kindOfEffect: "snapshot.create" } });
    const cut = core
      .call("newLunSnapshot", { luns: [{ name: "sqldata" }], type: "Crash" })
      .catch((error: unknown) => error);
    await nas.holds();
    await core.kill();
    expect(await cut).toBeInstanceOf(CoreFailure);
    await nas.clearFaults();
    await nas.fault({ kind: "http", status: 503, times: 0, match: {} });

    const failed = await runRaw(["run", "recover"], "", home);
    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain('"unresolved":1');
    expect(failed.output).toContain('"state":"Interrupted"');

    await nas.clearFaults();
    const done = await runRaw(["run", "recover"], "", home);
    expect(done.output).toContain('"unresolved":0');
    expect(done.exitCode).toBe(0);
  });
});
