import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../build/repo.ts";
import { runRaw, startRaw } from "../core/rawCore.ts";

const page = readFileSync(join(root, "docs/protocol.md"), "utf8");
const blocks = [...page.matchAll(/^```jsonl ?(\w*)\n(.+)\n```$/gm)].map(([, kind = "", text = ""]) => ({ kind, text }));
const requests = blocks.filter(({ kind }) => kind === "");
const answers = blocks.filter(({ kind }) => kind === "answer").map(({ text }) => JSON.parse(text) as { id: unknown });

/** Sends each block, waits for the answer to each that has one. */
async function converse(): Promise<Record<string, unknown>[]> {
  const core = startRaw(["stdio"]);
  const lines: string[] = [];
  let rest = "";
  core.stdout?.on("data", (data: Buffer) => {
    const parts = (rest + data.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  for (const { text } of requests) core.stdin?.write(`${text}\n`);
  await expect.poll(() => lines.length).toBe(answers.length);
  core.stdin?.end();
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("every answer on the page is what a core answers to the requests on the page", async () => {
  expect(answers.length).toBeGreaterThanOrEqual(5);
  const told = await converse();
  for (const shown of answers) {
    const real = told.find(({ id }) => id === shown.id);
    if (shown.id === 1) {
      expect(real).toMatchObject({ result: { coreVersion: "0.1.0", protocolVersion: 1 } });
      expect(real).toHaveProperty("result.operations", expect.arrayContaining(["findNas", "connectNas"]));
    } else expect(real).toEqual(shown);
  }
});

test("modes and exit codes on the page are the program's own", async () => {
  const { output: usage } = await runRaw(["--help"]);
  for (const mode of ["stdio", "run <operation>", "run recover", "--version"]) {
    expect(usage).toContain(mode);
    expect(page).toContain(`\`qnap-snapshot-core ${mode}\``);
  }
  expect((await runRaw(["nosuch"])).exitCode).toBe(64);
});

test("limits on the page are the program's own", () => {
  const server = readFileSync(join(root, "ts-core/rpc/server.ts"), "utf8");
  expect(server).toContain("maxInBytes = 16 * 1024 * 1024");
  expect(server).toContain("maxOutBytes = 1024 * 1024");
  expect(page).toMatch(/In: at most 16 MiB[\s\S]*below 1 MiB/);
});
