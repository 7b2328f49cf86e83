/** Figures of the product, measured: `npm run bench`, one line of JSON with `-- --json`, some of them with `-- --only a,c`. */
import { parseArgs } from "node:util";
import { bigList } from "./bigList.ts";
import { newSnapshot, warmCmdlet } from "./cmdlets.ts";
import { type Figure, type Result, run, tell } from "./figure.ts";
import { lunSet } from "./lunSet.ts";
import { start } from "./start.ts";
import { table } from "./table.ts";

const figures: readonly Figure[] = [start, warmCmdlet, newSnapshot, bigList, lunSet];

const { values } = parseArgs({ options: { json: { type: "boolean" }, only: { type: "string" } } });

function chosen(): Figure[] {
  if (values.only === undefined) return [...figures];
  return values.only.split(",").map((key) => {
    const figure = figures.find((other) => other.key === key);
    if (!figure) throw new Error(`there is no figure '${key}': ${figures.map((other) => other.key).join(", ")}`);
    return figure;
  });
}

const results: Record<string, Result> = {};
for (const figure of chosen()) {
  tell(`${figure.key}: ${figure.title}`);
  results[figure.key] = await run(figure);
}
process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : table(figures, results));
