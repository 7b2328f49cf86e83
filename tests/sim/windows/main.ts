import { canMount } from "../../initiator/mount.ts";
import { type Options, parseOptions } from "./options.ts";
import { run } from "./run.ts";

const usage = `npm run -s sim:windows -- [options]      (a simulated Windows Server; all about it in docs/windows-simulator.md)
  --portals A:P,B:P      portals of the NAS simulator
  --target IQN           log in to this one only; may be repeated; default: all. --no-login: to none
  --settings JSON        {"computerName","initiatorIqn","culture","sanPolicy","mpio","chap","mutualSecret",...}
  --state DIR            default: a new folder, which goes at the end
  --exit-with-stdin      end when standard input ends`;

function fail(reason: string): never {
  console.error(reason);
  process.exit(2);
}

function parse(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    return fail(`${(error as Error).message}\n${usage}`);
  }
}

if (process.argv.includes("--help")) console.log(usage);
else {
  const reason = canMount();
  if (reason) fail(reason);
  await run(parse()).catch((error: Error) => fail(error.message));
}
