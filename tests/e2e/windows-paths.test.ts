/** However Windows is logged in: a LUN of a target with two others that are written to all the time is restored, and mounted. */
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { WindowsLab } from "./support/windowsLab.ts";

const chap = { user: "host1", password: "twelve-chars" };

/** Writes and flushes without a pause; rejects with the first I/O error. */
function load(file: string): { stop(): Promise<number> } {
  let running = true;
  let count = 0;
  const work = (async () => {
    const handle = await open(file, "w");
    while (running) {
      await handle.write(`${count++}`.padEnd(4096), 0);
      await handle.sync();
      await sleep(50);
    }
    await handle.close();
  })();
  work.catch(() => undefined);
  return {
    stop: async () => {
      running = false;
      await work;
      return count;
    },
  };
}

type Lab = NonNullable<Parameters<typeof WindowsLab.start>[0]>;

const ways: [string, Lab][] = [
  ["CHAP", { lun: { chap }, windows: { chap } }],
  ["two portals with MPIO", { nas: { args: ["--portals", "127.0.0.1,127.0.0.2"] }, windows: { mpio: true } }],
];

describe.each(ways)("%s", (_, way) => {
  test("restore and mount, while the neighbours are written to", async () => {
    const lab = await WindowsLab.start({ ...way, lun: { target: "shared", ...way.lun }, neighbours: ["G:\\", "H:\\"] });
    const core = await lab.connect();
    await lab.write("F:\\report", "good");
    const snapshotId = await lab.takeSnapshot(core, ["F:\\"]);
    await lab.write("F:\\report", "bad");
    const loads = ["G:\\load", "H:\\load"].map((path) => load(lab.file(path)));
    const snapshot = { lun: { name: "data" }, snapshotId };
    await core.call("restoreLunSnapshot", { snapshot, safetyCopy: "None" });
    expect(await lab.read("F:\\report")).toBe("good");
    await core.call("mountLunSnapshot", { snapshot, path: "C:\\check", name: "copy" });
    expect(await lab.read("C:\\check\\report")).toBe("good");
    await core.call("dismountLunSnapshot", { lunName: "copy" });
    for (const one of loads) expect(await one.stop()).toBeGreaterThan(10);
    await core.stop();
    await lab.stop();
  });
});
