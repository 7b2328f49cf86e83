import { expect, test } from "vitest";
import { CoreProcess } from "../../coreProcess.ts";
import { startNas } from "../../sim/nas/start.ts";

// Initiators that are logged in need real targets: tests/module/Get-QnapLunConnection.test.ts has them.
test("a LUN that nobody is logged in to has no rows; one that is not there is told", async () => {
  const nas = await startNas({ luns: "sqldata:1" });
  const core = await CoreProcess.start();
  await core.connect(nas);
  expect(await core.rows("getLunConnection")).toEqual([]);
  expect(await core.call("getLunConnection", { lun: { name: "sqldata" } })).toEqual({ count: 0 });
  expect(await core.code("getLunConnection", { lun: { name: "nosuch" } })).toBe("LunNotFound");
  await core.stop();
  await nas.stop();
});
