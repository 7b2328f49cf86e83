import type { Datastore } from "./datastores.ts";
import { isUnclear } from "./ensure.ts";
import { isFault } from "./faults.ts";
import { retrieveOne } from "./properties.ts";
import { element, elements, group } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import { all, moRef, text } from "./xml.ts";

const searchMs = 300_000;

/** The configuration files of VMs and templates that lie on a datastore, registered or not. */
export async function findVmFiles(vcenter: VCenter, { ref, name }: Datastore): Promise<string[]> {
  const browser = moRef((await retrieveOne(vcenter.session, ref, ["browser"]))?.get("browser"));
  if (browser === undefined) return [];
  const spec = group("searchSpec", elements("matchPattern", ["*.vmx", "*.vmtx"]));
  const args = [element("datastorePath", `[${name}]`), spec];
  const search = () =>
    vcenter.run("SearchDatastoreSubFolders_Task", browser, args, AbortSignal.timeout(searchMs)).catch(nothing);
  // Looking changes nothing, so it may be done twice.
  const found = await search().catch((error: unknown) => {
    if (!isUnclear(error)) throw error;
    return search();
  });
  return all(found, "HostDatastoreBrowserSearchResults").flatMap((result) =>
    all(result, "file").map((file) => joined(text(result, "folderPath") ?? "", text(file, "path") ?? "")),
  );
}

function nothing(error: unknown): undefined {
  if (!isFault(error, "FileNotFound")) throw error;
  return undefined;
}

/** `[datastore] folder/file`; servers write the folder with or without a slash at its end. */
function joined(folder: string, file: string): string {
  return folder.endsWith("]") ? `${folder} ${file}` : `${folder.replace(/\/?$/, "/").replace(/\] \/$/, "] ")}${file}`;
}
