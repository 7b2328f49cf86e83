import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("logs out, and the NAS is seen to refuse the old session", async () => {
  const { verbose, output, warnings } = await session.run(`Disconnect-QnapNas ${session.name} -Verbose`);
  expect(output).toEqual([]);
  expect(warnings).toEqual([]);
  expect(verbose).toEqual([`Logged out of '${session.name}': it refuses the old session now.`]);
  expect((await session.nas.state()).sessions).toEqual([]);
  expect((await session.run("Get-QnapLun")).errors).toMatchObject([{ id: "NoNasKnown,Get-QnapLun" }]);
});

test("a NAS that is not connected is an error", async () => {
  const { errors } = await session.run(`Disconnect-QnapNas ${session.name}`);
  expect(errors).toMatchObject([{ id: "NasNotConnected,Disconnect-QnapNas", target: session.name }]);
  await session.get(`Connect-QnapNas ${session.login}`);
});

testExamples("Disconnect-QnapNas", () => session);
