import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { CoreProcess } from "../coreProcess.ts";
import { type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { runRaw, startRaw } from "./rawCore.ts";

const hello = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":1}}\n';
const megabyte = 1024 * 1024;

function residentBytes(pid: number | undefined): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

describe("the command line", () => {
  test("--version tells the version", async () => {
    expect(await runRaw(["--version"])).toEqual({ output: "0.1.0\n", errors: "", exitCode: 0 });
  });

  test.each([
    [[], 0],
    [["--help"], 0],
    [["nosuch"], 64],
    [["run"], 64],
  ])("%j tells the usage, exit code %i", async (args, exitCode) => {
    const ran = await runRaw(args);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.output).toContain("run <operation>");
  });
});

describe("a core that serves standard input", () => {
  let core: CoreProcess;
  let nas: SimulatedNas | undefined;
  afterEach(async () => {
    await core.stop();
    await nas?.stop();
    nas = undefined;
  });

  test("answers a greeting that begins with a byte order mark and ends with CR LF, come in single bytes", async () => {
    core = new CoreProcess();
    const answered = core.call("getNas", { name: "x".repeat(3) }).catch((error: Error) => error.message);
    expect(await answered).toMatch(/NotInitialized/);
    for (const byte of Buffer.from(`\uFEFF${hello.replace('"id":1', '"id":"ü"').replace("\n", "\r\n")}`)) {
      core.child.stdin?.write(Buffer.of(byte));
      await sleep(0);
    }
    await expect.poll(() => core.strays).toMatchObject([{ id: "ü", result: { protocolVersion: 1 } }]);
  });

  test("refuses a line of 17 MiB, lives on, and does not keep it", async () => {
    core = await CoreProcess.start();
    const before = residentBytes(core.child.pid);
    core.write(`{"jsonrpc":"2.0","id":7,"method":"getNas","params":{"name":"${"x".repeat(17 * megabyte)}"}}\n`);
    await expect.poll(() => core.strays).toMatchObject([{ id: null, error: { data: { code: "MessageTooLarge" } } }]);
    for (let i = 0; i < 5; i++) core.write("y".repeat(40 * megabyte));
    core.write("\n");
    await expect.poll(() => core.strays.length).toBe(2);
    expect(await core.rows("getNas")).toEqual([]);
    expect(residentBytes(core.child.pid) - before).toBeLessThan(150 * megabyte);
  });

  test("takes a line just below the limit", async () => {
    core = await CoreProcess.start();
    const name = "x".repeat(15 * megabyte);
    expect(await core.code("disconnectNas", { name })).toBe("NasNotConnected");
  });

  test("lives through lines that are no messages", async () => {
    core = await CoreProcess.start();
    for (const line of ["{", "[]", "\u0000", "null", '{"jsonrpc":"2.0"}', "\uD800"]) core.write(`${line}\n`);
    await expect.poll(() => core.strays.length).toBe(6);
    expect(await core.rows("getNas")).toEqual([]);
  });

  test("is deaf to Ctrl-C, and ends with its input", async () => {
    core = await CoreProcess.start();
    core.child.kill("SIGINT");
    await sleep(100);
    expect(await core.rows("getNas")).toEqual([]);
    expect(await core.stop()).toBe(0);
  });

  test("ends in order when it is told to", async () => {
    core = await CoreProcess.start();
    core.child.kill("SIGTERM");
    expect(await core.exited).toBe(0);
  });

  test("ends, and logs out, although a list is running and its reader reads no more", async () => {
    nas = await startNas();
    for (let i = 0; i < 20; i++) await nas.addLun({ name: `lun${i}`, sizeBytes: 1024 ** 3 });
    core = await CoreProcess.start();
    await core.connect(nas);
    core.child.stdout?.pause();
    for (let id = 100; id < 200; id++) core.write(`{"jsonrpc":"2.0","id":${id},"method":"getLun"}\n`);
    await sleep(500);
    expect(await core.stop()).toBe(0);
    const kinds = (await nas.effects()).map(({ kind }) => kind);
    expect(kinds).toContain("session.logout");
  });

  test("goes quietly when its reader is gone and its input ends", async () => {
    const child = startRaw(["stdio"]);
    const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
    let errors = "";
    child.stderr?.on("data", (data) => (errors += data));
    child.stdout?.destroy();
    child.stdin?.write(hello);
    for (let id = 2; id < 20; id++) child.stdin?.write(`{"jsonrpc":"2.0","id":${id},"method":"getNas"}\n`);
    await sleep(500);
    expect(child.exitCode).toBeNull();
    child.stdin?.end();
    expect(await exit).toBe(0);
    expect(errors).toBe("");
    core = new CoreProcess();
  });

  test("writes ASCII only, whatever the names", async () => {
    core = await CoreProcess.start();
    let bytes = Buffer.alloc(0);
    core.child.stdout?.on("data", (data: Buffer) => {
      bytes = Buffer.concat([bytes, data]);
    });
    const name = "Größe\u2028🎈\u007f";
    await expect(core.call("disconnectNas", { name })).rejects.toMatchObject({ data: { details: { nas: name } } });
    expect(bytes.every((byte) => byte === 0x0a || (byte >= 0x20 && byte < 0x7f))).toBe(true);
  });
});
