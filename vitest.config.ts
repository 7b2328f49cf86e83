import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "tests/**/bin/**", "tests/**/obj/**"],
    // Tests start simulators, PowerShell and cores of their own: more workers than that starve one another.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    watch: false,
    allowOnly: false,
  },
});
