/** The JSON reader of the Windows programs, on this machine, where a sanitizer sees what it does wrong. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../build/repo.ts";

const folder = mkdtempSync(join(tmpdir(), "vss-json-"));
const program = join(folder, "fuzz-json");

beforeAll(async () => {
  const sources = ["tests/sim/vss/native/fuzz/json.cpp", "ts-core/vss/native/jsonReader.cpp"];
  const checked = ["-fsanitize=address,undefined", "-fno-sanitize-recover"];
  const flags = ["-std=c++17", "-O1", "-g", "-Wall", "-Wextra", "-Werror", ...checked, "-o", program];
  await promisify(execFile)("g++", [...flags, ...sources.map((file) => join(root, file))]).catch((error) => {
    throw error.code === "ENOENT" ? new Error("g++ is missing: apt-get install --no-install-recommends g++") : error;
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const lun = { vendor: "QNAP", product: "iSCSI Storage   ", ids: [{ codeSet: 1, type: 3, hex: "6e843b6000" }] };
const lines = [
  { id: 7, hr: 0x80042306, message: 'ä "quoted" \\ \u{1f600}\n' },
  { id: 8, hr: 0, supported: true, lun, targets: [lun, lun] },
  { id: 9, hr: -1.5e-7, x: [null, false, [[[]]], {}] },
];

test.each([1, 2, 3, 4])("reads whatever comes without harm, from seed %i on", (seed) => {
  const ascii = (text: string) => text.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const input = lines.map((line) => `${ascii(JSON.stringify(line))}\n${JSON.stringify(line)}\n`).join("");
  const { status, stdout, stderr } = spawnSync(program, [String(seed), "20000"], { input, encoding: "utf8" });
  expect(stderr).toBe("");
  expect({ status, stdout }).toEqual({ status: 0, stdout: "20000 mutations of 6 lines were read\n" });
});
