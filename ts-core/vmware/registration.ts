import { ensure } from "./ensure.ts";
import { isFault } from "./faults.ts";
import { behind, retrieve, retrieveOne, type VimObject } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { element, refElement } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import type { Vm } from "./virtualMachines.ts";
import { detached, type MoRef, text } from "./xml.ts";

/** What is needed to register a VM where it was: kept in the journal before it is unregistered. */
export type VmPlace = Pick<Vm, "name" | "path" | "template" | "folder" | "pool" | "host" | "instanceUuid">;

export async function unregister(session: VimSession, { ref, name }: Pick<Vm, "ref" | "name">): Promise<void> {
  await ensure(session, {
    what: `unregister VM '${name}'`,
    isSo: async () => (await retrieveOne(session, ref, ["name"])) === undefined,
    act: async () => {
      await session.call("UnregisterVM", ref, [], { write: true }).catch((error: unknown) => {
        if (!isFault(error, "ManagedObjectNotFound")) throw error;
      });
    },
  });
}

/** Registers a VM in its old folder, pool and host, unless it is registered; gives its moref, which is a new one. */
export async function register(vcenter: VCenter, place: VmPlace, datastore: MoRef): Promise<MoRef> {
  const look = async () => (await registeredOn(vcenter.session, datastore)).get(place.path);
  await ensure(vcenter.session, {
    what: `register VM '${place.name}'`,
    isSo: async () => (await look()) !== undefined,
    act: () => vcenter.run("RegisterVM_Task", folderOf(place), registerArguments(place)),
  });
  return (await look()) as MoRef;
}

/** The VMs that are registered on a datastore, by the path of their configuration file. */
export async function registeredOn(session: VimSession, datastore: MoRef): Promise<Map<string, MoRef>> {
  const wanted = [{ type: "VirtualMachine", paths: ["config.files.vmPathName"] }];
  const read = ({ ref, get }: VimObject) => detached([text(get("config.files.vmPathName")) ?? "", ref] as const);
  return new Map(await retrieve(session, wanted, behind(datastore, "vm"), read));
}

function folderOf({ folder, name }: VmPlace): MoRef {
  if (folder === undefined) throw new Error(`VM '${name}' has no folder to be registered in`);
  return folder;
}

/** A template lives on a host and in no pool. */
function registerArguments({ path, name, template, pool, host }: VmPlace) {
  const said = [element("path", path), element("name", name), element("asTemplate", template)];
  return [...said, refElement("pool", template ? undefined : pool), refElement("host", host)];
}
