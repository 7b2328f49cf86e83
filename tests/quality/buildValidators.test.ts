import { createRequire } from "node:module";
import { Type } from "typebox";
import { beforeAll, describe, expect, test } from "vitest";
import { describeOperations, protocol, validatorCode } from "../../build/validators.ts";
import validators from "../../ts-core/rpc/validators.generated.cjs";

describe("compiled validators", () => {
  test("fill in defaults and refuse what the schema does not name", () => {
    const params = Type.Object(
      { timeoutMs: Type.Integer({ default: 5 }), name: Type.Optional(Type.String()) },
      { additionalProperties: false },
    );
    const { look } = compile({ look: params });
    const given = {};
    expect(look?.(given)).toBe(true);
    expect(given).toEqual({ timeoutMs: 5 });
    expect(look?.({ timeoutMs: 5, extra: 1 })).toBe(false);
  });

  test("never turn one type into another", () => {
    const { look } = compile({ look: Type.Object({ count: Type.Integer() }) });
    expect(look?.({ count: "5" })).toBe(false);
  });
});

describe("what is generated from the operations", () => {
  let described: Awaited<ReturnType<typeof describeOperations>>;

  beforeAll(async () => {
    described = await describeOperations();
  });

  test("has a validator and a described protocol for each", () => {
    const named = Object.keys(JSON.parse(protocol(described)).operations);
    expect(named).toEqual([...described.keys()]);
    expect(Object.keys(validators).sort()).toEqual(named.sort());
  });

  test("refuses parameters that no operation knows", () => {
    for (const [name, validate] of Object.entries(validators)) {
      expect(validate({ thisIsNoParameter: 1 }), name).toBe(false);
    }
  });

  test("is the same each time", async () => {
    expect(protocol(await describeOperations())).toBe(protocol(described));
    expect(validatorCode(await describeOperations())).toBe(validatorCode(described));
  });
});

type Validate = (data: unknown) => boolean;

function compile(schemas: Record<string, ReturnType<typeof Type.Object>>): Record<string, Validate> {
  const described = new Map(
    Object.entries(schemas).map(([name, params]) => [
      name,
      { summary: "", params, result: Type.Null(), row: undefined },
    ]),
  );
  const module = { exports: {} as Record<string, Validate> };
  new Function("require", "module", "exports", validatorCode(described))(
    createRequire(import.meta.url),
    module,
    module.exports,
  );
  return module.exports;
}
