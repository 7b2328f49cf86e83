import { parseOptions } from "./options.ts";
import { profiles } from "./profiles.ts";
import { listQuirks } from "./quirks.ts";
import { quirkTable } from "./quirkTable.ts";
import { run } from "./run.ts";

const usage = `npm run -s sim:nas -- [options]      (a simulated QNAP NAS; all about it in docs/simulator.md)
  --profile NAME         ${Object.keys(profiles).join(", ")}
  --http-port N  --https-port N  --control-port N        0: any free one
  --state DIR            model, bytes and certificate live here; default: a new folder
  --host ADDRESS  --iscsi-port N  --portals A,B  --no-iscsi  --mdns  --name NAME
  --user NAME  --password TEXT  --totp-secret BASE32  --luns name:sizeGiB,...
  --quirk name=value     may be repeated; --list-quirks, --quirk-table and --list-profiles print what there is
  --exit-with-stdin      end when standard input ends`;

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
else if (command === "quirkTable") console.log(quirkTable());
else if (command === "listProfiles") console.log(JSON.stringify(profiles, null, 2));
else {
  // bonjour-service complains there of a taken name; standard output is for the one line that says where we are.
  console.log = console.error;
  await run(command).catch((error: Error) => fail(error.message));
}
