import { expect, test } from "vitest";
import { chooseMethods, type MethodPolicy, wantsTags } from "../../../ts-core/vmware/methods.ts";

const vms = ["sql01", "sql02", "web01", "template01"].map((name) => ({
  ref: { type: "VirtualMachine", id: name },
  name,
  template: name === "template01",
}));
const policy: MethodPolicy = { method: "Quiesce", include: [], exclude: [], overrides: [] };

test("all get the method, templates none", () => {
  expect(Object.fromEntries(chooseMethods(policy, vms))).toEqual({
    sql01: "Quiesce",
    sql02: "Quiesce",
    web01: "Quiesce",
    template01: "None",
  });
});

test("only what is included; exclude wins over include and override", () => {
  const chosen = chooseMethods(
    {
      ...policy,
      include: [{ name: "SQL*" }],
      exclude: [{ name: "sql02" }],
      overrides: [{ vms: { name: "sql0?" }, method: "Memory" }],
    },
    vms,
  );
  expect(Object.fromEntries(chosen)).toMatchObject({ sql01: "Memory", sql02: "None", web01: "None" });
});

test("by tag, and the first override that fits counts", () => {
  const byTag: MethodPolicy = {
    ...policy,
    overrides: [
      { vms: { tag: "no-quiesce" }, method: "None" },
      { vms: { name: "*" }, method: "QuiesceOrFallback" },
    ],
  };
  const chosen = chooseMethods(byTag, vms, new Map([["web01", ["Gold", "No-Quiesce"]]]));
  expect(Object.fromEntries(chosen)).toMatchObject({ sql01: "QuiesceOrFallback", web01: "None" });
  expect(wantsTags(byTag)).toBe(true);
  expect(wantsTags(policy)).toBe(false);
});
