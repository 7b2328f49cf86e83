import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../build/repo.ts";
import { pwshPath } from "../pwsh.ts";

export const moduleFolder = join(root, "module");

export interface ParameterFact {
  name: string;
  type: string;
  /** For each parameter set that has it (__AllParameterSets: all of them): is it mandatory? */
  mandatoryBySet: Record<string, boolean> & { __AllParameterSets?: boolean };
  choices: string[];
  pattern: string | null;
  range: number[];
}

export interface CommandFact {
  name: string;
  verb: string;
  approved: boolean;
  outputTypes: string[];
  shouldProcess: boolean;
  parameters: ParameterFact[];
  help: {
    synopsis: string;
    description: string;
    parameters: Record<string, string>;
    examples: { code: string; remarks: string }[];
    inputs: string[];
    outputs: string[];
    notes: string;
  };
}

export function commandFacts(): CommandFact[] {
  const script = join(import.meta.dirname, "moduleFacts.ps1");
  const args = ["-NoProfile", "-NonInteractive", "-File", script, join(moduleFolder, "QnapSnapshot.psd1")];
  return JSON.parse(execFileSync(pwshPath(), args, { encoding: "utf8" })) as CommandFact[];
}

export const source = (path: string): string => readFileSync(join(moduleFolder, path), "utf8");

/** Names of the files in Public, without their ending: the cmdlets. */
export const publicNames = (): string[] =>
  readdirSync(join(moduleFolder, "Public")).map((file) => file.replace(/\.ps1$/, ""));
