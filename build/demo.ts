/**
 * npm run demo: the main job on the NAS simulator, through PowerShell; with `-- --vmware` the same for a VMware datastore, on a
 * vCenter simulator too. See README. Exit code 0 when everything came back as it was.
 */
import { parseArgs } from "node:util";
import { note } from "./demo/say.ts";

const startMs = Date.now();
const failed = await tour().then(
  () => false,
  (error: unknown) => {
    note(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
    return true;
  },
);
note(failed ? "The demo failed." : `Done in ${Math.round((Date.now() - startMs) / 1000)} s.`);
process.exit(failed ? 1 : 0);

async function tour(): Promise<void> {
  const { values } = parseArgs({ options: { vmware: { type: "boolean" } } });
  if (values.vmware) return (await import("./demo/vmwareTour.ts")).vmwareTour();
  return (await import("./demo/lunTour.ts")).lunTour();
}
