import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CoreProcess } from "../../coreProcess.ts";
import { startVcenter } from "../../sim/vcenter/start.ts";

test("what is stored serves the next process, and can be forgotten there", async () => {
  const sim = await startVcenter({ vms: 1 });
  const first = await CoreProcess.start();
  const { hostname: server, port } = new URL(sim.url);
  const login = { userName: sim.user, password: sim.password, certificateThumbprint: sim.thumbprint };
  await first.call("setVMwareSetting", { server, port: Number(port), ...login, ruleVerdict: { Motion: "Warn" } });
  await first.stop();
  expect(readFileSync(join(first.home, "settings.json"), "utf8")).not.toContain(sim.password);
  const second = await CoreProcess.start(first.home);
  expect(await second.rows("getVMwareSetting")).toMatchObject([{ server, ruleVerdict: { Motion: "Warn" } }]);
  expect(await second.call("setVMwareSetting", { server, maxPerHost: 3 })).toMatchObject({ maxPerHost: 3 });
  expect(await second.call("removeVMwareSetting", { server })).toEqual({ server });
  expect(await second.code("removeVMwareSetting", { server })).toBe("VCenterNotStored");
  await second.stop();
  expect((await sim.state()).sessions).toBe(0);
  await sim.stop();
});
