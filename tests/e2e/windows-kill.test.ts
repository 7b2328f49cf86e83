/**
 * The core is killed before and after everything that it asks of Windows and the NAS while a LUN is taken away from Windows, or a
 * copy is mounted or dismounted. Then Repair-QnapOperation must leave it fully done or as it was, and tell which.
 */
import { afterAll, describe, test, vi } from "vitest";
import { killAndRepair, momentsOf, stopBenches } from "./support/windowsChanges.ts";

vi.setConfig({ maxConcurrency: 4 });

const moments = [...(await momentsOf("restore")), ...(await momentsOf("mount")), ...(await momentsOf("dismount"))];

afterAll(stopBenches);

describe.concurrent("killed", () => {
  test.each(moments)("$title", killAndRepair);
});
