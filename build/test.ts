/**
 * Everything that must hold: lint, types, then the vitest suite (`npm test -- <filter>` passes the filter on). Nothing stops
 * at the first failure; the last line is "N passed, N failed" over all.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "./repo.ts";

export interface Outcome {
  passed: number;
  failures: string[];
}

/** What is read of the report that vitest's JSON reporter writes. */
export interface VitestReport {
  success: boolean;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

const checks: Record<string, string[]> = {
  "lint: biome": ["biome", "check", "--diagnostic-level=error", "."],
  "lint: oxlint": ["oxlint", "--type-aware", "--quiet"],
  "types: tsc": ["tsc", "--noEmit"],
};

const bin = join(root, "node_modules/.bin");

function run([command = "", ...args]: readonly string[], more: Record<string, string> = {}): Promise<number> {
  const env = { ...process.env, ...more, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return new Promise((resolve) => {
    const child = spawn(join(bin, command), args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", () => resolve(127));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

async function runChecks(): Promise<Outcome> {
  const outcome: Outcome = { passed: 0, failures: [] };
  for (const [name, command] of Object.entries(checks)) {
    const exitCode = await run(command);
    if (exitCode === 0) outcome.passed++;
    else outcome.failures.push(`${name} (${command.join(" ")})`);
  }
  return outcome;
}

async function runVitest(filters: readonly string[]): Promise<Outcome> {
  const file = join(root, ".cache/test/vitest.json");
  await rm(file, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  // Tests kill processes on purpose, which then clear nothing away. Short: a Unix socket's path has 107 characters.
  const folder = await mkdtemp(join(tmpdir(), "qs-"));
  const exitCode = await run(["vitest", "run", ...reporters, ...filters], { TMPDIR: folder });
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  const report = await readFile(file, "utf8").then(
    (text): VitestReport => JSON.parse(text),
    () => undefined,
  );
  return outcomeOf(report, exitCode);
}

/** Counts tests; a file that could not be loaded, an error outside of any test and a run without tests are failures too. */
export function outcomeOf(report: VitestReport | undefined, exitCode: number): Outcome {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: file.name.replace(`${root}/`, "") })),
  );
  const failures = tests
    .filter(({ status }) => status === "failed")
    .map(({ file, fullName }) => `${file}: ${fullName}`);
  for (const { name, status, assertionResults } of files) {
    if (status === "failed" && !assertionResults.some((test) => test.status === "failed"))
      failures.push(`${name.replace(`${root}/`, "")}: could not be run`);
  }
  const passed = tests.filter(({ status }) => status === "passed").length;
  if (passed + failures.length === 0) failures.push("vitest: no test was run");
  else if (exitCode !== 0 && failures.length === 0) failures.push("vitest: an error outside of any test (see above)");
  return { passed, failures };
}

async function main(filters: readonly string[]): Promise<number> {
  const outcomes = [await runChecks(), await runVitest(filters)];
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join("\n")}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  return failures.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
