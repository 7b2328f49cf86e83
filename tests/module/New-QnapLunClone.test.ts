import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("makes a LUN of its own with the snapshot's content, on no target", async () => {
  const [clone] = await session.get("$s = New-QnapLunSnapshot sqllog; $s | New-QnapLunClone -Name proof");
  expect(clone).toMatchObject({ Name: "proof", Nas: session.name, SizeBytes: 2 ** 30, Targets: [] });
  expect((await session.nas.state()).luns.map(({ name }) => name)).toContain("proof");
});

test("refuses a name that is taken", async () => {
  const { errors } = await session.run("New-QnapLunSnapshot sqllog | New-QnapLunClone -Name sqldata");
  expect(errors).toMatchObject([{ id: "LunNameTaken,New-QnapLunClone", category: "ResourceExists" }]);
});

test("-WhatIf makes nothing", async () => {
  const before = (await session.nas.state()).luns.length;
  const { screen } = await session.run("New-QnapLunSnapshot sqllog | New-QnapLunClone -Name never -WhatIf");
  expect(screen).toContain("Clone as LUN 'never'");
  expect((await session.nas.state()).luns).toHaveLength(before);
});

testExamples("New-QnapLunClone", () => session);
