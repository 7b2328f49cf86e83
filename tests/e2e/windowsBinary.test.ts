import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { operations } from "../../ts-core/operations/index.ts";
import { coreVersion, protocolVersion } from "../../ts-core/version.ts";
import { prepareWine, startWindowsCore, type WindowsCore } from "../wine/wine.ts";

// Wine makes its prefix on the first run, which takes most of this.
beforeAll(prepareWine, 180_000);

describe("the Windows binary, under Wine", () => {
  let core: WindowsCore;

  beforeEach(async () => {
    core = await startWindowsCore();
  });

  afterEach(() => core.end());

  test("answers initialize with its version and operations", async () => {
    const { result } = await core.request("initialize", { protocolVersion, moduleVersion: coreVersion });
    expect(result).toEqual({ coreVersion, protocolVersion, operations: Object.keys(operations) });
  });

  test("refuses a malformed line and goes on", async () => {
    core.sendLine('{"jsonrpc":"2.0","id":7,"method":');
    const refusal = await core.receive();
    expect(refusal.error?.data.code).toBe("MalformedMessage");
    const { result } = await core.request("initialize", { protocolVersion });
    expect(result).toMatchObject({ coreVersion });
  });

  test("refuses parameters by the compiled schema", async () => {
    await core.request("initialize", { protocolVersion });
    const { error } = await core.request("connectNas", {
      name: "127.0.0.1",
      port: 0,
      userName: "admin",
      password: "x",
    });
    expect(error?.data).toMatchObject({ code: "InvalidParameter", details: { parameter: "port" } });
  });

  test("ends with exit code 0 when its input is closed", async () => {
    await core.request("initialize", { protocolVersion });
    expect(await core.end()).toBe(0);
  });
});
