import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaults, type Settings } from "./settings.ts";

export interface Options {
  settings: Settings;
  portals: string[];
  /** IQNs to log in to; undefined: all that the portals tell of. */
  targets: string[] | undefined;
  state: string;
  temporary: boolean;
  exitWithStdin: boolean;
}

export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      portals: { type: "string", default: "" },
      target: { type: "string", multiple: true },
      "no-login": { type: "boolean", default: false },
      settings: { type: "string", default: "{}" },
      state: { type: "string" },
      "exit-with-stdin": { type: "boolean", default: false },
    },
  });
  return {
    settings: { ...defaults, ...(JSON.parse(values.settings) as Partial<Settings>) },
    portals: values.portals.split(",").filter(Boolean),
    targets: values["no-login"] ? [] : values.target,
    state: values.state ?? mkdtempSync(join(tmpdir(), "sim-windows-")),
    temporary: values.state === undefined,
    exitWithStdin: values["exit-with-stdin"],
  };
}
