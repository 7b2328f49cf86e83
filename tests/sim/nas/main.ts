import { parseOptions } from "./options.ts";
import { profiles } from "./profiles.ts";
import { listQuirks } from "./quirks.ts";
import { run } from "./run.ts";

const usage = `npm run -s sim:nas -- --profile NAME --http-port 0 --https-port 0 --state DIR [options]; see docs/simulator.md`;

function fail(reason: string): never {
  console.error(reason);
  process.exit(2);
}

function parse() {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    return fail(`${(error as Error).message}\n${usage}`);
  }
}

const command = parse();
if (command === "help") console.log(usage);
else if (command === "listQuirks") console.log(JSON.stringify(listQuirks(), null, 2));
else if (command === "listProfiles") console.log(JSON.stringify(profiles, null, 2));
else await run(command).catch((error: Error) => fail(error.message));
