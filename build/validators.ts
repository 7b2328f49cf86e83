/** Makes what is derived from the operations' schemas: the compiled validators and module/bin/protocol.json. */
import { join } from "node:path";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import type { TSchema } from "typebox";
import { operations } from "../ts-core/operations/index.ts";
import { protocolVersion } from "../ts-core/version.ts";
import { root, version, writeIfChanged } from "./repo.ts";

interface Description {
  summary: string;
  params: TSchema;
  result: TSchema;
  row: TSchema | undefined;
}

export async function describeOperations(): Promise<Map<string, Description>> {
  const loaded = Object.entries(operations).map(async ([name, load]): Promise<[string, Description]> => {
    const { summary, params, result, row } = (await load()).default;
    return [name, { summary, params: plain(params), result: plain(result), row: row && plain(row) }];
  });
  return new Map(await Promise.all(loaded));
}

/** JSON Schema and nothing else: TypeBox's own marks would be unknown keywords to ajv. */
function plain(schema: TSchema): TSchema {
  return JSON.parse(JSON.stringify(schema));
}

export function protocol(described: Map<string, Description>): string {
  return `${JSON.stringify({ protocolVersion, version, operations: Object.fromEntries(described) }, null, 2)}\n`;
}

export function validatorCode(described: Map<string, Description>): string {
  const ajv = new Ajv({
    useDefaults: true,
    allErrors: false,
    strict: true,
    coerceTypes: false,
    code: { source: true },
    schemas: [...described].map(([name, { params }]) => ({ ...params, $id: name })),
  });
  const names = Object.fromEntries([...described.keys()].map((name) => [name, name]));
  return `${standalone.default(ajv, names)}\n`;
}

export function validatorTypes(names: readonly string[]): string {
  return `import type { ValidateFunction as AjvValidateFunction } from "ajv";
declare const validators: Readonly<Record<${names.map((name) => JSON.stringify(name)).join(" | ")}, validators.ValidateFunction>>;
declare namespace validators {
  type ValidateFunction = AjvValidateFunction;
}
export = validators;
`;
}

async function main(): Promise<void> {
  const described = await describeOperations();
  const files: [string, string][] = [
    ["ts-core/rpc/validators.generated.cjs", validatorCode(described)],
    ["ts-core/rpc/validators.generated.d.cts", validatorTypes([...described.keys()])],
    ["module/bin/protocol.json", protocol(described)],
  ];
  for (const [file, text] of files) {
    if (await writeIfChanged(join(root, file), text)) console.log(`made ${file}`);
  }
}

if (import.meta.main) await main();
