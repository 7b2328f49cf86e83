/** Writes docs/errors.md from the error catalogue: `node build/errors.ts`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue, type ErrorCode } from "../ts-core/errors.ts";
import { root, writeIfChanged } from "./repo.ts";

export const errorsPage = join(root, "docs/errors.md");

/** What only the PowerShell module can tell, as the core is not there to. */
export const moduleErrors = {
  CoreMissing: "The core's file is not in the module's folder. Install the module again from its release package.",
  CoreNotStarted: "The core could not be started: rights, or an application control policy.",
  CoreEnded: "The core ended while an operation was running. Repair-QnapOperation tells what happened.",
  OperationUnresolved: "Repair-QnapOperation could not settle an operation now; the message says why.",
  ConfirmationImpossible:
    "The session cannot ask for a confirmation that is needed. Nothing was done; add -Confirm:$false.",
  WindowsOnly: "The cmdlet installs, shows or removes the VSS provider, and this system is not Windows.",
  PrerequisitesMissing:
    "What stands in the way of installing or removing the VSS provider; the message names all of it. Nothing was done.",
  InstallationFailed:
    "A step of Install-QnapVssProvider failed. What was done before was undone; the message names what could not be.",
  UninstallIncomplete:
    "Uninstall-QnapVssProvider could not remove everything; the message names what is left. Run it again.",
};

const heading = `# Errors

Generated from \`ts-core/errors.ts\` by \`npm run docs\`; do not edit.

In PowerShell the code is the start of \`FullyQualifiedErrorId\`, the category is \`CategoryInfo.Category\`, and the details are in
\`$_.Exception.Data\`. On the wire they are \`error.data.code\`, \`.category\` and \`.details\` (see [protocol.md](protocol.md)). An
operation that fails is never told as a warning. \`{…}\` stands for a detail. "Again" means: the same request may be sent again as
it is, after a while (\`retryable\`).
`;

/** The catalogue's own sections: the comments that stand between its entries. */
function sections(): Map<string, ErrorCode[]> {
  const found = new Map<string, ErrorCode[]>();
  let title = "";
  for (const line of readFileSync(join(root, "ts-core/errors.ts"), "utf8").split("\n")) {
    title = /^ {2}\/\/ (.+)$/.exec(line)?.[1] ?? title;
    const code = /^ {2}(\w+): \{/.exec(line)?.[1];
    if (code !== undefined && Object.hasOwn(catalogue, code))
      found.set(title, [...(found.get(title) ?? []), code as ErrorCode]);
  }
  return found;
}

function row(code: ErrorCode): string {
  const { message, category } = catalogue[code];
  return `| \`${code}\` | ${category} | ${"retryable" in catalogue[code] ? "yes" : ""} | ${message.replaceAll("|", "\\|")} |`;
}

export function errorsMarkdown(): string {
  const tables = [...sections()].map(([title, codes]) =>
    [`## ${title}`, "| code | category | again | message |", "|---|---|---|---|", ...codes.map(row), ""].join("\n"),
  );
  const own = Object.entries(moduleErrors).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  const last = ["## Told by the PowerShell module itself", "| code | meaning |", "|---|---|", ...own, ""].join("\n");
  return [heading, ...tables, last].join("\n");
}

if (import.meta.main && (await writeIfChanged(errorsPage, errorsMarkdown()))) console.log("made docs/errors.md");
