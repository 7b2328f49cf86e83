import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * An executable that speaks the requestor's contract by a script of steps, one a line: `say <text>` writes a line, `read` waits for
 * one (at the end of input it ends as a requestor does that gives its set up), `await <file>` waits until there is one, `hang` does
 * nothing, `exit <code>` ends. What it read and how it ended stands in its log.
 */
const program = `
import { appendFileSync, existsSync } from "node:fs";
import { createInterface } from "node:readline";
const [steps, log] = [JSON.parse(STEPS), LOG];
const tell = (text) => appendFileSync(log, text + "\\n");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
tell("pid " + process.pid);
for (const step of steps) {
  const [verb, rest] = [step.split(" ")[0], step.slice(step.indexOf(" ") + 1)];
  if (verb === "say") process.stdout.write(rest + "\\n");
  if (verb === "await") while (!existsSync(rest)) await new Promise((resolve) => setTimeout(resolve, 20));
  if (verb === "hang") setInterval(() => undefined, 1000), await new Promise(() => undefined);
  if (verb === "exit") process.exit(Number(rest));
  if (verb !== "read") continue;
  const { done, value } = await lines.next();
  if (done) { tell("aborted"); process.exit(1); }
  tell("read " + value);
}
tell("done");
process.exit(0);
`;

export interface ScriptedRequestor {
  path: string;
  /** What it read and did, a line each. */
  log(): Promise<string[]>;
}

export async function scriptRequestor(folder: string, steps: string[]): Promise<ScriptedRequestor> {
  const name = join(folder, `requestor-${Math.random().toString(36).slice(2)}`);
  const source = program
    .replace("STEPS", () => JSON.stringify(JSON.stringify(steps)))
    .replace("LOG", () => JSON.stringify(`${name}.log`));
  await writeFile(`${name}.mjs`, source);
  await writeFile(name, `#!/bin/sh\nexec "${process.execPath}" "${name}.mjs"\n`);
  await chmod(name, 0o755);
  return {
    path: name,
    log: async () => (await readFile(`${name}.log`, "utf8").catch(() => "")).split("\n").filter((line) => line !== ""),
  };
}

export const setId = "{8C1A9E50-6B0B-4F0E-9E3B-0A1B2C3D4E5F}";
export const setEvent = `say ${JSON.stringify({ event: "set", setId, snapshots: [], writers: [] })}`;
export const sqlWriter = {
  id: "{A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A}",
  instanceId: "{11111111-0000-0000-0000-000000000000}",
  name: "SqlServerWriter",
  state: "Stable",
  hr: 0,
  components: [
    {
      name: "orders",
      logicalPath: "SQL01",
      caption: "orders",
      type: "Database",
      selected: true,
      paths: ["F:\\SQL\\"],
      hr: 0,
    },
  ],
};

export function doneEvent(writers: object[] = []): string {
  return `say ${JSON.stringify({ event: "done", hr: 0, phase: "DoSnapshotSet", snapshots: [], writers, warnings: [] })}`;
}

export function failedEvent(hr: number, phase = "DoSnapshotSet", writers: object[] = []): string {
  return `say ${JSON.stringify({ event: "failed", phase, hr, message: "as Windows says it", writers })}`;
}
