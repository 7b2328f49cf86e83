import { join } from "node:path";

/** The program as tests start it: in one file where tests/globalSetup.ts has made that, else (bench, demo) its source. */
export function program(name: "core.cjs" | "nas.mjs", source: string): string {
  const folder = process.env.QNAP_TEST_PROGRAMS;
  return folder === undefined ? source : join(folder, name);
}
