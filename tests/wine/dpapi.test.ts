import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileProgram } from "../../build/mingw.ts";
import { dpapi as program } from "../../build/native.ts";
import { prepareWine, runWindowsProgram, windowsPath } from "./wine.ts";

const secret = Buffer.from("0123456789\0p@ssw0rd\xff0123456789ab", "latin1");
const dpapi = program.file;
const folder = mkdtempSync(join(tmpdir(), "qnap-dpapi-"));

beforeAll(prepareWine);
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: string[], input: Buffer, env = {}) => runWindowsProgram(dpapi, args, input, env);
const protect = (...args: string[]) => run(["protect", ...args], secret).output;

test("what it protected it gives back byte for byte, and what it protected does not show it", () => {
  const kept = protect();
  expect(run(["unprotect"], kept)).toEqual({ exitCode: 0, output: secret, errors: "" });
  expect(kept.length).toBeGreaterThan(secret.length);
  expect(kept.includes("p@ssw0rd")).toBe(false);
  expect(protect()).not.toEqual(kept);
});

test("4096 bytes are taken; one more is too much, none too little", () => {
  expect(run(["protect"], Buffer.alloc(4096)).exitCode).toBe(0);
  for (const input of [Buffer.alloc(4097), Buffer.alloc(1 << 20), Buffer.alloc(0)])
    expect(run(["protect"], input)).toMatchObject({
      exitCode: 65,
      output: Buffer.alloc(0),
      errors: expect.stringContaining("1 to 4096 bytes"),
    });
});

test("damaged or cut input is refused by its number and gives nothing", () => {
  const kept = protect();
  const turned = Buffer.from(kept);
  turned[turned.length - 30] = (turned.at(-30) ?? 0) ^ 1;
  for (const input of [turned, kept.subarray(0, -1), secret])
    expect(run(["unprotect"], input)).toMatchObject({
      exitCode: 67,
      output: Buffer.alloc(0),
      errors: expect.stringMatching(/^CryptUnprotectData: Windows error \d+/),
    });
});

test.each([[[]], [["show"]], [["protect", "a", "b"]], [["check"]]])("wrong use is told: %j", (args) => {
  expect(run(args, secret)).toMatchObject({
    exitCode: 64,
    errors: expect.stringContaining("protect|unprotect [FOLDER]"),
  });
});

describe("in whose scope", () => {
  // Wine keeps nobody out by scope, but tells what it was asked for.
  const flags = (...args: string[]) =>
    /report dwFlags: 0x(\w+)/.exec(run(["protect", ...args], secret, { WINEDEBUG: "+crypt" }).errors)?.[1];
  const localMachine = 0x4;
  const uiForbidden = 0x1;

  test("this account's without a folder", () => {
    expect(Number(`0x${flags()}`)).toBe(uiForbidden);
  });

  test("the machine's with a folder that keeps others out", () => {
    chmodSync(folder, 0o700);
    expect(Number(`0x${flags(windowsPath(folder))}`)).toBe(uiForbidden | localMachine);
    const kept = protect(windowsPath(folder));
    expect(run(["unprotect", windowsPath(folder)], kept).output).toEqual(secret);
  });

  test.each([
    ["is readable by others", 0o755, "accounts other than SYSTEM and Administrators may use it"],
    ["is writable by others", 0o722, "accounts other than SYSTEM and Administrators may use it"],
  ])("nobody's where the folder %s", (_, mode, reason) => {
    const kept = protect();
    chmodSync(folder, mode);
    for (const verb of ["protect", "unprotect", "check"])
      expect(run([verb, windowsPath(folder)], kept)).toMatchObject({
        exitCode: 66,
        output: Buffer.alloc(0),
        errors: expect.stringContaining(reason),
      });
  });

  test("nor where it belongs to somebody else, or is not there", () => {
    const others = mkdtempSync(join(tmpdir(), "qnap-dpapi-"));
    execFileSync("chown", ["1:1", others]);
    expect(run(["protect", windowsPath(others)], secret)).toMatchObject({
      exitCode: 66,
      errors: expect.stringContaining("belongs to an account other"),
    });
    rmSync(others, { recursive: true });
    expect(run(["protect", windowsPath(others)], secret)).toMatchObject({
      exitCode: 66,
      errors: expect.stringContaining("cannot be read: Windows error 2"),
    });
  });
});

test("a check says only whether a folder keeps others out", () => {
  chmodSync(folder, 0o700);
  const nothing = Buffer.alloc(0);
  expect(run(["check", windowsPath(folder)], secret)).toEqual({ exitCode: 0, output: nothing, errors: "" });
});

test("the same source gives the same bytes, and they import from Windows alone", async () => {
  const again = join(folder, "again.exe");
  await compileProgram(program, again);
  expect(readFileSync(again).equals(readFileSync(dpapi))).toBe(true);
  const told = execFileSync("x86_64-w64-mingw32-objdump", ["-p", dpapi], { encoding: "utf8" });
  const imported = [...told.matchAll(/DLL Name: (\S+)/g)].map(([, name]) => name?.toUpperCase());
  expect(imported.sort()).toEqual(["ADVAPI32.DLL", "CRYPT32.DLL", "KERNEL32.DLL", "MSVCRT.DLL"]);
});
