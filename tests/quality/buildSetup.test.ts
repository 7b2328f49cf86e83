import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root } from "../../build/repo.ts";

describe("build/setup.sh", () => {
  let tools: string;

  beforeEach(() => {
    tools = mkdtempSync(join(tmpdir(), "qnap-tools-"));
  });

  afterEach(() => rmSync(tools, { recursive: true }));

  function systemTool(name: string, answer: string): void {
    writeFileSync(join(tools, name), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
  }

  function setup(goal: string) {
    const env = { ...process.env, PATH: `${tools}${delimiter}${process.env.PATH}` };
    const { status, stdout, stderr } = spawnSync("bash", ["build/setup.sh", goal], {
      cwd: root,
      env,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  test("says nothing when nothing is to be done", () => {
    setup("build");
    expect(setup("build")).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test("refuses a goal that it does not know", () => {
    expect(setup("nonsense")).toMatchObject({ status: 1, stderr: expect.stringContaining("unknown goal 'nonsense'") });
  });

  test("says so when Node is too old to start npm", () => {
    systemTool("node", "echo 18");
    expect(setup("build")).toMatchObject({ status: 1, stderr: expect.stringContaining("Node.js 18 is too old") });
  });

  describe("without root and without the Debian packages", () => {
    beforeEach(() => {
      systemTool("dpkg-query", "exit 1");
      systemTool("id", "echo 1000");
    });

    test("goes on for the demo, saying what is missing and how it is installed", () => {
      const { status, stdout } = setup("demo");
      expect(stdout).toMatch(
        /without real iSCSI; missing: .*\btgt\b.*apt-get install --no-install-recommends .*\btgt\b/,
      );
      expect(status).toBe(0);
    });

    test("stops for the tests", () => {
      expect(setup("test")).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/missing: .*\bwine\b.*apt-get install/),
      });
    });
  });
});
