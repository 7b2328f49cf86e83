import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CoreProcess } from "../../coreProcess.ts";
import { startNas } from "../../sim/nas/start.ts";

test("forgets the NAS and its secret, and logs out; what is not stored is told", async () => {
  const nas = await startNas();
  const core = await CoreProcess.start();
  const { hostname: name, port } = new URL(nas.https);
  const login = { userName: nas.user, password: nas.password, certificateFingerprint: nas.fingerprint };
  await core.call("setNas", { name, port: Number(port), ...login });
  await nas.reset();
  expect(await core.call("removeNas", { name })).toEqual({ name });
  expect(await core.rows("getNas")).toEqual([]);
  expect(JSON.parse(readFileSync(join(core.home, "settings.json"), "utf8"))).toMatchObject({ nas: [] });
  expect((await nas.effects()).map(({ kind }) => kind)).toEqual(["session.logout"]);
  expect(await core.code("removeNas", { name })).toBe("NasNotConnected");
  await core.stop();
  await nas.stop();
});
