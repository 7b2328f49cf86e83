import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/sequencer.ts";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "tests/**/bin/**", "tests/**/obj/**"],
    sequence: { sequencer: LongestFirst },
    globalSetup: "tests/globalSetup.ts",
    // Tests start simulators, PowerShell and cores of their own: more workers than that starve one another.
    pool: "forks",
    maxWorkers: 2,
    // Time-outs are for what hangs: they leave room for a machine that is many times slower.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 20_000 } },
    watch: false,
    allowOnly: false,
  },
});
