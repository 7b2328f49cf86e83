/** Whatever order callbacks come in; `node tests/sim/vss/main.ts 10000` plays more of them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { mainFile } from "../core/rawCore.ts";
import { recover, VssLab } from "../core/vss/vssLab.ts";
import { diskOf } from "../sim/vss/disk.ts";
import { playRandom } from "../sim/vss/randomRun.ts";

let vss: VssLab;
beforeAll(async () => {
  vss = await VssLab.start("qts-5.2");
});
afterAll(() => vss?.stop());

test("200 sequences of callbacks, valid and not: every answer allowed and in time, nothing left, the next set succeeds", async () => {
  const before = await vss.lab.account();
  const home = vss.home();
  const disks = [diskOf(vss.naa("sqldata")), diskOf(vss.naa("vmstore"))];
  const { callbacks, answers, wrong, last } = await playRandom({
    disks,
    command: [process.execPath, mainFile, "vss-provider"],
    home,
    count: 200,
    seed: 5,
  });
  expect(wrong).toEqual([]);
  expect(last).toBe(0);
  expect(callbacks).toBeGreaterThan(800);
  expect(answers[0]).toBeGreaterThan(500);
  expect(Object.keys(answers).length).toBeGreaterThan(2);
  expect(await recover(home)).toEqual([]);
  expect(await vss.lab.account()).toEqual(before);
});
