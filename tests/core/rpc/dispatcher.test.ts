import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { OperationDispatcher } from "../../../ts-core/rpc/dispatcher.ts";
import type { Context } from "../../../ts-core/rpc/operation.ts";

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

const file = join(import.meta.dirname, "../../../module/bin/protocol.json");
const { operations } = JSON.parse(readFileSync(file, "utf8")) as { operations: Record<string, { params: Schema }> };

/** A machine on which nothing may be touched: whatever is refused must be refused before. */
const context = new Proxy({} as Context, {
  get: (_, name) => {
    throw new Error(`the operation was run: it asked for ${String(name)}`);
  },
});
const dispatcher = new OperationDispatcher(() => Promise.reject(new Error("not needed")));

async function refusal(method: string, params: unknown): Promise<{ code?: string; message?: string }> {
  return dispatcher.run(method, params, context).then(
    () => ({ message: "it was taken" }),
    (error: { code?: string; message?: string }) => error,
  );
}

/** Values that fit the schema, as far as a wrong neighbour needs them. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting));
  if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern));
  if (schema.type === "string")
    return fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 20, 20) });
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "integer") return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 });
  if (schema.type === "array") return fc.array(fitting(schema.items ?? {}), { minLength: 1, maxLength: 3 });
  const members = Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, fitting(inner)]);
  return fc.record(Object.fromEntries(members), { requiredKeys: (schema.required ?? []) as never[] });
}

/** Values that do not fit the schema in their type. */
function wrong(schema: Schema): fc.Arbitrary<unknown> {
  const kinds: Record<string, fc.Arbitrary<unknown>> = {
    string: fc.constantFrom("", "x".repeat(300), "ä🎈"),
    boolean: fc.boolean(),
    integer: fc.constantFrom(-1, 1.5, 1e300),
    array: fc.array(fc.anything(), { maxLength: 2 }),
    object: fc.constantFrom({}, { __proto__: null, constructor: 1 }),
    null: fc.constant(null),
  };
  const own = schema.anyOf ? ["string"] : [schema.type ?? "object"];
  return fc.oneof(...Object.entries(kinds).flatMap(([kind, values]) => (own.includes(kind) ? [] : [values])));
}

const cases = Object.entries(operations).flatMap(([name, { params }]) =>
  Object.entries(params.properties ?? {}).map(([field, schema]) => ({ name, params, field, schema })),
);

test.each(cases)("$name refuses a wrong $field, and names it", async ({ name, params, field, schema }) => {
  await fc.assert(
    fc.asyncProperty(fitting(params), wrong(schema), async (fits, junk) => {
      const refused = await refusal(name, { ...(fits as object), [field]: junk });
      expect(refused).toMatchObject({ code: "InvalidParameter" });
      expect(refused.message).toMatch(new RegExp(`^Parameter ${field}(\\.|:)`));
    }),
    { numRuns: 30 },
  );
});

test.each(Object.entries(operations))(
  "%s takes only an object, and in it nothing that it does not know",
  async (name, { params }) => {
    for (const junk of [null, 1, "x", [], true])
      expect(await refusal(name, junk)).toMatchObject({ code: "InvalidParameter" });
    await fc.assert(
      fc.asyncProperty(fitting(params), fc.constantFrom("extra", "__proto__", "constructor"), async (fits, extra) => {
        const params = JSON.parse(
          JSON.stringify(fits).replace(/^\{/, `{"${extra}":1${Object.keys(fits as object).length > 0 ? "," : ""}`),
        );
        expect((await refusal(name, params)).message).toBe(`Parameter ${extra}: is not known.`);
      }),
      { numRuns: 20 },
    );
  },
);

test("a wrong choice is told with what there is to choose from", async () => {
  expect((await refusal("newLunSnapshot", { luns: [{ name: "a" }], type: "Sometimes" })).message).toBe(
    "Parameter type: must be one of Crash, Application.",
  );
});

test("a wrong field deep inside is named by its path", async () => {
  const params = { luns: [{ name: "a" }, { naa: "no NAA" }], type: "Crash" };
  expect((await refusal("newLunSnapshot", params)).message).toMatch(/^Parameter luns\.1\.naa: must match pattern/);
});

test.each(["nosuch", "", "__proto__", "constructor", "toString", "hasOwnProperty"])(
  "there is no operation '%s'",
  async (name) => {
    expect(await refusal(name, {})).toMatchObject({ code: "UnknownOperation" });
  },
);
