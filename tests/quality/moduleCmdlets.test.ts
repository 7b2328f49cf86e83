import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, version } from "../../build/repo.ts";
import { commandFacts, moduleFolder, publicNames, source } from "./moduleFacts.ts";

const commands = commandFacts();
const changing = new Set(["New", "Set", "Remove", "Restore", "Repair", "Mount", "Dismount", "Install", "Uninstall"]);
/** They only look, but for one thing that they can be asked to measure. */
const measuring = new Set(["Test-QnapNas"]);
const irreversible = new Set(["Remove", "Restore", "Dismount", "Uninstall"]);

describe.each(commands)("$name", ({ name, verb, approved, outputTypes, shouldProcess, parameters, help }) => {
  test("uses an approved verb, and asks before it changes something", () => {
    expect(approved).toBe(true);
    expect(shouldProcess).toBe(changing.has(verb) || measuring.has(name));
    const asks = irreversible.has(verb) || measuring.has(name);
    expect(source(`Public/${name}.ps1`).includes("ConfirmImpact = 'High'")).toBe(asks);
  });

  test("has complete help", () => {
    expect(help.synopsis).toMatch(/^[A-Z][^\n]*\.$/);
    expect(help.description.length).toBeGreaterThan(60);
    for (const parameter of parameters) expect(help.parameters[parameter.name], parameter.name).toMatch(/.{20,}/);
    expect(help.examples.length).toBeGreaterThanOrEqual(2);
    for (const { code, remarks } of help.examples) {
      expect(code).toContain(name);
      expect(remarks).toMatch(/\.$/);
    }
    expect([help.inputs.length, help.outputs.length]).toEqual([1, 1]);
    expect(help.notes).not.toBe("");
  });

  test("says what it gives, and there is a view for it", () => {
    expect(outputTypes).toHaveLength(1);
    if (outputTypes[0] === "System.Void") return expect(help.outputs[0]).toMatch(/^None/);
    expect(help.outputs[0]).toContain(outputTypes[0]);
    expect(source("QnapSnapshot.Format.ps1xml")).toContain(`<TypeName>${outputTypes[0]}</TypeName>`);
  });

  test("has a test of the same name that runs its examples", () => {
    const path = join(root, `tests/module/${name}.test.ts`);
    expect(existsSync(path), path).toBe(true);
    expect(readFileSync(path, "utf8")).toContain(`testExamples("${name}"`);
  });
});

describe("the module", () => {
  const files = readdirSync(moduleFolder, { recursive: true, encoding: "utf8" }).filter(
    (path) => /\.(ps1|psm1|psd1|ps1xml|txt)$/.test(path) && !path.startsWith("bin"),
  );

  test("exports exactly the files of Public, by name", () => {
    expect(commands.map(({ name }) => name).sort()).toEqual(publicNames().sort());
    for (const name of publicNames()) expect(source(`Public/${name}.ps1`)).toMatch(new RegExp(`^function ${name} \\{`));
  });

  test("bears the version of the package", () => {
    expect(source("QnapSnapshot.psd1")).toContain(`ModuleVersion        = '${version}'`);
  });

  test("has a loader of at most 40 lines", () => {
    expect(source("QnapSnapshot.psm1").split("\n").length).toBeLessThanOrEqual(41);
  });

  test.each(files)("%s is ASCII and writes nothing past the pipeline", (path) => {
    const text = source(path);
    expect(Buffer.from(text).every((byte) => byte < 128)).toBe(true);
    expect(text).not.toMatch(/Write-Host|Read-Host|\[Console\]/);
  });
});
