import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, bundleOptions } from "../../build/bundle.ts";
import { version } from "../../build/repo.ts";

describe("the bundle of the core", () => {
  let folder: string;
  let code: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "qnap-bundle-"));
    code = await bundle();
    await writeFile(join(folder, "core.cjs"), code);
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function run(args: string[], input = ""): Promise<{ exitCode: number | null; output: string; errors: string }> {
    const child = spawn(process.execPath, ["core.cjs", ...args], {
      cwd: folder,
      env: { QNAP_SNAPSHOT_HOME: join(folder, "state") },
    });
    child.stdin.end(input);
    const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const [output, errors, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
    return { exitCode, output, errors };
  }

  test("runs away from the repository, and knows the version of package.json", async () => {
    expect(await run(["--version"])).toEqual({ exitCode: 0, output: `${version}\n`, errors: "" });
  });

  test("unpacks the later pieces when a request needs them", async () => {
    const { exitCode, errors } = await run(["run", "getLun"], '{"naa":"not a NAA"}');
    expect(exitCode).toBe(1);
    expect(JSON.parse(errors)).toMatchObject({ data: { code: "InvalidParameter", details: { parameter: "naa" } } });
  });

  test("is ASCII, so that V8 reads it as one-byte text", () => {
    expect(code).not.toMatch(/[^\t\n -~]/);
  });

  test("leaves the schema library and the schema compiler out", async () => {
    const { metafile } = await build(bundleOptions);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain("ts-core/model.ts");
    expect(inputs.filter((path) => path.includes("node_modules/typebox"))).toEqual([]);
    expect(inputs.filter((path) => /node_modules\/ajv\/(?!dist\/runtime\/)/.test(path))).toEqual([]);
  });

  test("reads little at start: neither XML, nor the network, nor the validators", async () => {
    const atStart = JSON.stringify(
      Object.values(JSON.parse(piecesOf(code))).filter((piece) => Object.hasOwn(piece as object, "plain")),
    );
    expect(atStart).not.toMatch(/node:(tls|https?|net|crypto)|fast-xml-parser|validate1/);
    expect(atStart.length).toBeLessThan(64 * 1024);
  });
});

function piecesOf(code: string): string {
  return /^const pieces = (\{[\s\S]*?\n\});$/m.exec(code)?.[1] ?? "{}";
}
