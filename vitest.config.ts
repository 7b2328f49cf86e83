import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/sequencer.ts";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "tests/**/bin/**", "tests/**/obj/**"],
    sequence: { sequencer: LongestFirst },
    globalSetup: "tests/globalSetup.ts",
    // Tests wait more than they compute, but start simulators, PowerShell and cores of their own: many more would starve one another.
    pool: "forks",
    maxWorkers: 3,
    // Time-outs are for what hangs: they leave room for a machine that is many times slower.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 20_000 } },
    watch: false,
    allowOnly: false,
  },
});
