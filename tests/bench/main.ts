/** Figures of the product, measured: `npm run bench`, one line of JSON with `-- --json`, some of them with `-- --only a,c`. */
import { setPriority } from "node:os";
import { parseArgs } from "node:util";
import { bigList } from "./bigList.ts";
import { newSnapshot, warmCmdlet } from "./cmdlets.ts";
import { type Figure, type Result, run, tell } from "./figure.ts";
import { lunSet } from "./lunSet.ts";
import { start } from "./start.ts";
import { table } from "./table.ts";
import { vmMemory } from "./vmMemory.ts";
import { soapCalls, vmSnapshots, waiting } from "./vmSnapshots.ts";
import { callbacks } from "./vssCallbacks.ts";
import { commit } from "./vssCommit.ts";
import { vssStart } from "./vssStart.ts";

const figures: readonly Figure[] = [
  start,
  warmCmdlet,
  newSnapshot,
  bigList,
  lunSet,
  vmSnapshots,
  soapCalls,
  waiting,
  vmMemory,
  commit,
  callbacks,
  vssStart,
];

function parse(): { json: boolean; chosen: readonly Figure[] } {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, only: { type: "string" } } });
  return { json: values.json ?? false, chosen: values.only === undefined ? figures : values.only.split(",").map(find) };
}

function find(key: string): Figure {
  const figure = figures.find((other) => other.key === key);
  if (!figure) throw new Error(`there is no figure '${key}', only ${figures.map((other) => other.key).join(", ")}`);
  return figure;
}

function parseOrEnd() {
  try {
    return parse();
  } catch (error) {
    tell((error as Error).message);
    return process.exit(2);
  }
}

/** Ahead of what else runs on the machine, with all processes that it starts; only root may. */
function comeFirst(): void {
  try {
    setPriority(-15);
  } catch {
    tell("others on this machine may disturb the figures: only root may raise the priority");
  }
}

const { json, chosen } = parseOrEnd();
comeFirst();
const results: Record<string, Result> = {};
for (const figure of chosen) {
  tell(`${figure.key}: ${figure.title}`);
  results[figure.key] = await run(figure);
}
process.stdout.write(json ? `${JSON.stringify(results)}\n` : table(chosen, results));
