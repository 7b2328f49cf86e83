import { expect, test } from "vitest";
import type { Evidence } from "../../../ts-core/ports.ts";
import { asCrash, together } from "../../../ts-core/snapshots/evidence.ts";

const nothing: Evidence = { vms: [], writers: null, volumes: null, heldMs: null };
const writer = { name: "SqlServerWriter", id: "{0}", consistency: "Application" as const, reason: null };
const volumes = { consistency: "FileSystem" as const, reason: null };

test("nobody was asked: nothing is known", () => {
  expect(together([])).toBeUndefined();
});

test("what several know of one LUN stands side by side; the longest hold counts", () => {
  const frozen = { ...nothing, writers: [writer], volumes, heldMs: 40 };
  expect(together([nothing, frozen])).toEqual(frozen);
  expect(together([{ ...nothing, heldMs: 900 }, frozen])?.heldMs).toBe(900);
  expect(together([nothing])).toEqual(nothing);
});

test("without a known point in time what was frozen is a crash; what has another reason keeps it, and memory stays memory", () => {
  const failed = { ...writer, consistency: "Crash" as const, reason: "it failed" };
  const vm = { name: "web01", consistency: "Memory", reason: null } as Evidence["vms"][number];
  const spoiled = asCrash({ vms: [vm], writers: [writer, failed], volumes, heldMs: 40 }, "not known");
  expect(spoiled).toEqual({
    vms: [vm],
    writers: [{ ...writer, consistency: "Crash", reason: "not known" }, failed],
    volumes: { consistency: "Crash", reason: "not known" },
    heldMs: 40,
  });
});
