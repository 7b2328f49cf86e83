import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../build/repo.ts";
import { operations } from "../../ts-core/operations/index.ts";

function files(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(extension) && !path.includes("generated"))
    .map((path) => `${folder}/${path}`);
}

const read = (file: string) => readFileSync(join(root, file), "utf8");
const core = files("ts-core", ".ts");

/** newLunSnapshot -> New-QnapLunSnapshot */
const cmdletOf = (operation: string) => {
  const [, verb = "", noun = ""] = /^([a-z]+)(\w+)$/.exec(operation) ?? [];
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)}-Qnap${noun}`;
};

/** What PowerShell does by itself: the core could neither replace the files that it runs from, nor end what runs it. */
export const ofWindowsAlone = ["Install-QnapVssProvider", "Uninstall-QnapVssProvider"];

describe("one name everywhere", () => {
  const names = Object.keys(operations);
  const testsOfCore = [
    ...files("tests/core", ".test.ts"),
    ...files("tests/e2e", ".ts"),
    ...files("tests/module", ".test.ts"),
  ];
  const tested = testsOfCore.map(read).join("\n");

  test.each(names)("%s has its operation, its cmdlet and the tests of both", (name) => {
    expect(existsSync(join(root, `ts-core/operations/${name}.ts`))).toBe(true);
    expect(existsSync(join(root, `module/Public/${cmdletOf(name)}.ps1`))).toBe(true);
    expect(existsSync(join(root, `tests/module/${cmdletOf(name)}.test.ts`))).toBe(true);
    expect(new RegExp(`["']${name}["']`).test(tested), "a test that names it").toBe(true);
  });

  test("no operation, and no cmdlet, without its counterpart", () => {
    const found = files("ts-core/operations", ".ts").map((path) => path.replace(/.*\/|\.ts$/g, ""));
    expect(found.sort()).toEqual([...names, "index"].sort());
    const cmdlets = files("module/Public", ".ps1").map((path) => path.replace(/.*\/|\.ps1$/g, ""));
    expect(cmdlets.sort()).toEqual([...names.map(cmdletOf), ...ofWindowsAlone].sort());
  });
});

test("a test of the core lies where its source lies", () => {
  const about = new Set(["secrecy", "unwritable"]); // of the process as a whole
  const stray = files("tests/core", ".test.ts").filter((path) => {
    const name = path.slice("tests/core/".length, -".test.ts".length);
    return !about.has(name) && !existsSync(join(root, `ts-core/${name}.ts`));
  });
  expect(stray).toEqual([]);
});

/** What each folder of the core may lean on: other folders, and packages. Downwards only, but for types. */
const mayUse: Record<string, { folders: string[]; packages: string[] }> = {
  "": { folders: ["nas", "rpc", "state", "snapshots", "vmware", "vss", "windows"], packages: ["typebox"] },
  rpc: { folders: ["operations"], packages: ["typebox"] },
  operations: { folders: ["nas", "rpc", "snapshots", "vmware", "windows"], packages: ["typebox"] },
  snapshots: { folders: ["nas", "net", "rpc", "state"], packages: [] },
  nas: { folders: ["net", "operations", "rpc", "state"], packages: ["bonjour-service", "fast-xml-parser", "typebox"] },
  vmware: { folders: ["net", "operations", "rpc", "snapshots", "state"], packages: ["fast-xml-parser"] },
  vss: { folders: ["nas", "net", "rpc", "snapshots", "state"], packages: [] },
  windows: { folders: ["nas", "net", "rpc", "snapshots", "state", "vss"], packages: ["node-powershell", "ps-list"] },
  net: { folders: [], packages: [] },
  state: { folders: [], packages: [] },
};

describe("what may be imported", () => {
  test.each(core)("%s", (file) => {
    const folder = file.split("/").slice(1, -1).join("/");
    const allowed = mayUse[folder];
    expect(allowed, "a folder that the table above does not know").toBeDefined();
    for (const [, from = ""] of read(file).matchAll(/(?:\bfrom |\bimport\()"([^"\n]+)"/g)) {
      if (from.startsWith("node:") || from.startsWith("./validators.generated")) continue;
      if (!from.startsWith(".")) expect(allowed?.packages, file).toContain(from);
      else {
        const target = join(folder, from).split("/").slice(0, -1).join("/");
        expect([folder, "", ...(allowed?.folders ?? [])], `${file} imports ${from}`).toContain(target);
        expect(from, "local imports name their file").toMatch(/\.ts$/);
      }
    }
  });

  test("the simulator shares no code with the core", () => {
    for (const file of files("tests/sim", ".ts")) expect(read(file), file).not.toMatch(/ts-core/);
  });
});

describe("what does not stand in the core", () => {
  const forbidden: [string, RegExp][] = [
    ["console output: standard output is the wire", /\bconsole\./],
    ["any", /(: |as |<)any\b/],
    ["a switched-off check", /@ts-(ignore|expect-error|nocheck)|biome-ignore|oxlint-disable/],
    ["syntax that cannot be erased", /^(export )?(const )?(enum|namespace) /m],
    ["what is left to do", /\b(TODO|FIXME|XXX)\b/],
    ["a way around TLS checks for all", /NODE_TLS_REJECT_UNAUTHORIZED/],
    ["a test mode", /NODE_ENV|VITEST/],
  ];
  test.each(forbidden)("%s", (_, pattern) => {
    expect(core.filter((file) => pattern.test(read(file)))).toEqual([]);
  });

  test("files of everything and nothing", () => {
    expect(core.filter((file) => /(utils?|helpers?|managers?|common|misc)\.ts$/i.test(file))).toEqual([]);
  });
});
