import { QnapError } from "../errors.ts";
import type { Copies, CopyKinds, FolderPlace, LunIdentity, PlacedCopy } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import { setOffline } from "./disk.ts";
import { filesOn, type Inventory, pathsOf, readInventory } from "./inventory.ts";
import { mountCopy } from "./mountCopy.ts";
import { findPlace } from "./mountPlace.ts";
import type { HostSession } from "./powershell.ts";
import { dismountVolumes, usersOf } from "./release.ts";
import { diskName } from "./rules.ts";

type Kind = CopyKinds["Windows"];
type Copy = PlacedCopy<"Windows">;

/** Copies on this Windows: each a disk of its own, read-only, its volumes mounted at a folder. */
export class WindowsCopies implements Copies<"Windows"> {
  readonly #host: HostSession;

  constructor(host: HostSession) {
    this.#host = host;
  }

  place({ path }: Kind["wanted"], original: LunIdentity): Promise<FolderPlace> {
    return findPlace(this.#host, path, original);
  }

  async mount(copy: Copy, { progress }: Context, announce: () => Promise<void>): Promise<Kind["mounted"]> {
    progress({ activity: "Mounting a copy", status: `This server looks for the copy '${copy.name}'` });
    await mountCopy(this.#host, copy, announce);
    return { path: copy.place.path };
  }

  async mustRelease(copy: Copy): Promise<Kind["holder"][]> {
    const inventory = await readInventory(this.#host, copy.naa);
    if (!inventory) return [];
    const reasons = await this.#users(inventory);
    if (reasons.length > 0) throw inUse(copy, reasons);
    return inventory.disks.map((disk) => ({ disk: diskName(disk) }));
  }

  async release(copy: Copy, { progress }: Context): Promise<void> {
    progress({ activity: "Dismounting a copy", status: `This server gives '${copy.name}' up` });
    const inventory = await readInventory(this.#host, copy.naa);
    if (!inventory) return;
    const volumes = inventory.partitions.map((one) => ({ volume: one.volume?.path ?? null, paths: pathsOf(one) }));
    const open = await dismountVolumes(this.#host, volumes, false);
    if (open !== undefined) throw inUse(copy, [`somebody has a file open at ${open}`]);
    await this.#forgetPaths(inventory);
    await setOffline(this.#host, copy.naa, true);
    await this.#removeFolder(copy);
  }

  /** The disk goes with the next look at what is there. */
  async forget({ name }: LunIdentity, _holders: readonly Kind["holder"][], { progress }: Context): Promise<void> {
    progress({ activity: "Dismounting a copy", status: `This server forgets '${name}'` });
    await this.#host.act("Update-HostStorage");
  }

  async #users(inventory: Inventory): Promise<string[]> {
    const users = await usersOf(this.#host, inventory.partitions.flatMap(pathsOf));
    const vms = inventory.vms.filter((vm) => filesOn(inventory, vm).length > 0);
    return [...users.map((user) => `${user} uses it`), ...vms.map(({ name }) => `VM '${name}' has files on it`)];
  }

  async #forgetPaths({ naa, partitions }: Inventory): Promise<void> {
    for (const partition of partitions) {
      for (const path of pathsOf(partition))
        await this.#host.act("Remove-HostAccessPath", { Naa: naa, Number: partition.number, Path: path });
    }
  }

  /** Only where we made it, and only while it is empty. */
  async #removeFolder({ place }: Copy): Promise<void> {
    await this.#host.act("Remove-HostFolder", { Path: place.path, KeepSelf: place.folderExists });
  }
}

function inUse({ name, place }: Copy, reasons: readonly string[]): QnapError {
  return new QnapError("MountInUse", { lun: name, path: place.path, reasons });
}
