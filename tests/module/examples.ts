import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SimulatedVcenter } from "../sim/vcenter/start.ts";
import { address, credential, type ModuleSession } from "./session.ts";

const publicFolder = join(import.meta.dirname, "../../module/Public");

/** Runs every example of a cmdlet's help against the simulator, one test each, in the order of the help. */
export function testExamples(cmdlet: string, session: () => ModuleSession): void {
  for (const [index, code] of examplesOf(cmdlet).entries()) {
    test(`example ${index + 1} runs: ${code.replaceAll("\n", "; ")}`, async () => {
      const { errors } = await session().run(forSimulator(code, session()));
      expect(errors).toEqual([]);
    });
  }
}

/** What stands between .EXAMPLE and the next empty line. */
function examplesOf(cmdlet: string): string[] {
  const text = readFileSync(join(publicFolder, `${cmdlet}.ps1`), "utf8");
  const examples = [...text.matchAll(/\.EXAMPLE\n(.+?)\n\n/gs)];
  return examples.map((match) => String(match[1]).replaceAll(/^ {4}/gm, ""));
}

/** The example as it is typed for this NAS: only its address, its certificate and the password that is asked for differ. */
function forSimulator(example: string, { nas, name, vcenter }: ModuleSession): string {
  const code = vcenter ? forVcenter(example, vcenter) : example;
  const pinned = code.includes("-CertificateFingerprint") ? "" : ` -CertificateFingerprint ${nas.fingerprint}`;
  return code
    .replace(/((?:Connect|Set)-QnapNas (?:-Name )?)nas01/, `$1${address(nas)}${pinned}`)
    .replaceAll("nas01", name)
    .replaceAll("AB:CD:...", nas.fingerprint)
    .replaceAll("(Get-Credential admin)", credential(nas))
    .replaceAll("Get-Credential admin", credential(nas));
}

function forVcenter(code: string, vcenter: SimulatedVcenter): string {
  const { hostname, port } = new URL(vcenter.url);
  return (
    code
      .replace(/(Set-QnapVMwareSetting (?:-Server )?)vcsa\.lab/, `$1${hostname} -Port ${port}`)
      .replaceAll("vcsa.lab", hostname)
      // The LUN that is in use here.
      .replaceAll("hvdata", "ds-prod")
      .replaceAll("AB:CD:...", vcenter.thumbprint)
      .replaceAll("Get-Credential administrator@vsphere.local", credential(vcenter))
  );
}
