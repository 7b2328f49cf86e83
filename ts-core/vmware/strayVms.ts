import type { Datastore } from "./datastores.ts";
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
  const search = group("searchSpec", elements("matchPattern", ["*.vmx", "*.vmtx"]));
  const args = [element("datastorePath", `[${name}]`), search];
  const signal = AbortSignal.timeout(searchMs);
  const found = await vcenter.run("SearchDatastoreSubFolders_Task", browser, args, signal).catch((error: unknown) => {
    if (!isFault(error, "FileNotFound")) throw error;
    return undefined;
  });
  return all(found, "HostDatastoreBrowserSearchResults").flatMap((result) =>
    all(result, "file").map((file) => joined(text(result, "folderPath") ?? "", text(file, "path") ?? "")),
  );
}

/** `[datastore] folder/file`; servers write the folder with or without a slash at its end. */
function joined(folder: string, file: string): string {
  return folder.endsWith("]") ? `${folder} ${file}` : `${folder.replace(/\/?$/, "/").replace(/\] \/$/, "] ")}${file}`;
}
