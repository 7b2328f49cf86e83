/**
 * node tests/sim/vss/main.ts [COUNT] [SEED]: plays sequences of callbacks, valid and not, through the provider's DLL and the core
 * against the NAS simulator, and says what was answered. Exit code 1: something was not allowed, late, or is left on the NAS.
 */

import { mainFile } from "../../core/rawCore.ts";
import { recover, VssLab } from "../../core/vss/vssLab.ts";
import { diskOf } from "./disk.ts";
import { playRandom } from "./randomRun.ts";

const [count = "10000", seed = "1"] = process.argv.slice(2);
const vss = await VssLab.start("qts-5.2");
const before = await vss.lab.account();
const disks = [diskOf(vss.naa("sqldata")), diskOf(vss.naa("vmstore"))];
const home = vss.home();
const tally = await playRandom({
  disks,
  command: [process.execPath, mainFile, "vss-provider"],
  home,
  count: Number(count),
  seed: Number(seed),
});
const open = await recover(home);
const left = (await vss.lab.account()).filter((line) => !before.includes(line));
console.log(JSON.stringify({ sequences: Number(count), ...tally, open, left }, undefined, 2));
await vss.stop();
process.exitCode = tally.wrong.length + open.length + left.length + tally.last === 0 ? 0 : 1;
