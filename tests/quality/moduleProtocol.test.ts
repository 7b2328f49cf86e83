import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CommandFact, commandFacts, moduleFolder, type ParameterFact, source } from "./moduleFacts.ts";

interface Schema {
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: { const?: string }[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
}

const protocol = JSON.parse(readFileSync(join(moduleFolder, "bin/protocol.json"), "utf8")) as {
  operations: Record<string, { params: Schema }>;
};
/** What PowerShell does by itself has no operation; see layout.test.ts. */
const commands = commandFacts().filter(({ name }) => !/^(Install|Uninstall)-/.test(name));

/** New-QnapLunSnapshot -> newLunSnapshot */
const operationOf = (name: string) =>
  name.replace(/^([A-Z])(\w+)-Qnap/, (_, first: string, rest: string) => first.toLowerCase() + rest);
const paramsOf = (name: string): Schema => protocol.operations[operationOf(name)]?.params ?? {};
const isLogin = (name: string) => ["Connect-QnapNas", "Set-QnapNas", "Set-QnapVMwareSetting"].includes(name);

/** The keys that a cmdlet puts into its request: in the literal, and one by one. */
function keysSent(name: string): string[] {
  const text = source(`Public/${name}.ps1`);
  const literals = [...text.matchAll(/(?:\$parameters = |Invoke-QnapCore \w+ )@\{([^}]*)\}/g)].map(
    ([, inside]) => inside,
  );
  const inLiterals = literals.flatMap((inside) =>
    [...String(inside).matchAll(/(\w+) = /g)].map(([, key]) => String(key)),
  );
  const single = [...text.matchAll(/\$parameters\.(\w+) = /g)].map(([, key]) => String(key));
  return [...new Set([...inLiterals, ...single])].sort();
}

/** Those that log in hand over their parameters as they are. */
function keysOfLogin({ parameters }: CommandFact): string[] {
  return parameters.flatMap(({ name }) => (name === "Credential" ? ["userName", "password"] : [camel(name)])).sort();
}

/** Which parameters fill a key, where the names differ. */
const fillers: Record<string, string[]> = {
  luns: ["Lun"],
  snapshot: ["Snapshot", "SnapshotName", "SnapshotId"],
  vmHost: ["VMHost"],
  lunName: ["Name"],
  lunNaa: ["Mount"],
  datastoreName: ["Datastore"],
  userName: ["Credential"],
  password: ["Credential"],
  timeoutMs: ["TimeoutSeconds"],
};
const camel = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const filling = (key: string, { parameters }: CommandFact): ParameterFact[] =>
  parameters.filter(({ name }) => (fillers[key] ?? []).includes(name) || camel(name) === key);

/** Nobody can leave it out: in each parameter set one of them is mandatory, or there is a default. */
function cannotBeMissing(key: string, command: CommandFact): boolean {
  const found = filling(key, command);
  const sets = new Set(command.parameters.flatMap(({ mandatoryBySet }) => Object.keys(mandatoryBySet)));
  if (sets.size > 1) sets.delete("__AllParameterSets");
  const mandatoryIn = (set: string) => found.some(({ mandatoryBySet: by }) => by[set] ?? by.__AllParameterSets);
  const hasDefault = found.some(({ name }) => new RegExp(`\\$${name} = `).test(source(`Public/${command.name}.ps1`)));
  return hasDefault || [...sets].every(mandatoryIn);
}

test("every operation of the core has its cmdlet, and the other way round", () => {
  expect(commands.map(({ name }) => operationOf(name)).sort()).toEqual(Object.keys(protocol.operations).sort());
});

describe.each(commands)("$name", (command) => {
  const { properties = {}, required = [] } = paramsOf(command.name);

  test("sends every key of its operation, and no other", () => {
    const sent = isLogin(command.name) ? keysOfLogin(command) : keysSent(command.name);
    expect(sent).toEqual(Object.keys(properties).sort());
  });

  test("what the operation requires cannot be left out", () => {
    expect(required.filter((key) => !cannotBeMissing(key, command))).toEqual([]);
  });

  test("takes the same choices, patterns and ranges as the operation", () => {
    for (const { name, choices, pattern, range } of command.parameters) {
      const schema = properties[camel(name)] ?? {};
      const wanted = (schema.anyOf ?? []).flatMap((choice) => choice.const ?? []);
      expect(choices, name).toEqual(wanted);
      if (pattern !== null) expect(pattern, name).toBe(schema.pattern);
      if (range.length > 0 && name !== "TimeoutSeconds") expect(range, name).toEqual([schema.minimum, schema.maximum]);
    }
  });
});
