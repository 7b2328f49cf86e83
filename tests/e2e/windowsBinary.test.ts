import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { operations } from "../../ts-core/operations/index.ts";
import { coreVersion, protocolVersion } from "../../ts-core/version.ts";
import { type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { prepareWine, startWindowsCore, type WindowsCore, windowsCore, windowsPath } from "../wine/wine.ts";

// Wine makes its prefix on the first run, which takes most of this.
beforeAll(prepareWine);

describe("the Windows binary, under Wine", () => {
  let core: WindowsCore;
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "qnap-wine-"));
    core = await startWindowsCore(["stdio"], { QNAP_SNAPSHOT_HOME: windowsPath(home) });
  });

  afterEach(async () => {
    await core.end();
    await rm(home, { recursive: true });
  });

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

  test("sees the processes of Windows", async () => {
    await core.request("initialize", { protocolVersion });
    const rival = join(home, "cimserver.exe");
    await copyFile(windowsCore, rival);
    const running = await startWindowsCore(["stdio"], {}, rival);
    await running.request("initialize", { protocolVersion });
    const { result } = await core.request("getVssProvider", {});
    await running.end();
    expect(result).toEqual({ rivals: [{ kind: "SmiSProvider", process: "cimserver.exe", pid: expect.any(Number) }] });
  });

  describe("with a NAS", () => {
    let nas: SimulatedNas;

    beforeEach(async () => {
      nas = await startNas({ luns: "sqldata:1" });
      await core.request("initialize", { protocolVersion });
    });

    afterEach(() => nas.stop());

    async function connect(certificateFingerprint?: string) {
      const { hostname: name, port } = new URL(nas.https);
      const account = { userName: nas.user, password: nas.password };
      return core.request("connectNas", {
        name,
        port: Number(port),
        ...account,
        ...(certificateFingerprint && { certificateFingerprint }),
      });
    }

    test("takes a snapshot over HTTPS", async () => {
      expect((await connect(nas.fingerprint)).result).toMatchObject({ connected: true, trust: "Pinned" });
      const { error, result } = await core.request("newLunSnapshot", { luns: [{ name: "sqldata" }], type: "Crash" });
      expect(error).toBeUndefined();
      expect(result).toMatchObject({ snapshots: [{ lunName: "sqldata", consistency: "Crash", ours: true }] });
    });

    test("refuses a certificate that nobody vouches for", async () => {
      expect((await connect()).error?.data.code).toBe("CertificateUntrusted");
    });
  });

  test("ends with exit code 0 when its input is closed", async () => {
    await core.request("initialize", { protocolVersion });
    expect(await core.end()).toBe(0);
  });
});
