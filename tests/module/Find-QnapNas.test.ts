import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession({ connect: false, args: ["--mdns", "--name", "modulenas"] });
});
afterAll(() => session.stop());

test("finds a NAS that announces itself, and logs in to none", async () => {
  const found = await session.get("Find-QnapNas -TimeoutSeconds 2");
  expect(found).toContainEqual(
    expect.objectContaining({ Name: "modulenas", Scheme: "https", Model: expect.any(String) }),
  );
  expect((await session.nas.effects()).map(({ kind }) => kind)).not.toContain("session.login");
});

test("a time that makes no sense is refused", async () => {
  const { errors } = await session.run("Find-QnapNas -TimeoutSeconds 0");
  expect(errors[0]?.id).toBe("ParameterArgumentValidationError,Find-QnapNas");
});

testExamples("Find-QnapNas", () => session);
