import { QnapError } from "../errors.ts";
import type { FolderPlace, LunIdentity } from "../ports.ts";
import { type Disk, isOnLun, readInventory } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";
import { findingsOn } from "./rules.ts";

interface Folder {
  exists: boolean;
  isEmpty: boolean;
}

/** What stands against a copy of a disk just as against a restore of it. */
const alsoOfCopies = ["SeveralDisks", "DynamicDisk", "StorageSpaces", "ClusterDisk"];

/** The folder at which a copy of this LUN is to be mounted, or why it cannot be. Reads only. */
export async function findPlace(host: HostSession, path: string, lun: LunIdentity): Promise<FolderPlace> {
  const refuse = (reason: string) => new QnapError("MountPathRefused", { lun: lun.name, path, reason });
  if (!/^[A-Za-z]:\\[^\\/:*?"<>|]+(\\[^\\/:*?"<>|]+)*\\?$/.test(path))
    throw refuse("the full path of a folder on a drive is needed, such as C:\\check");
  const inventory = await readInventory(host, lun.naa);
  if (!inventory) throw new QnapError("WindowsDiskNotThere", { naa: lun.naa });
  const finding = findingsOn(inventory).find(({ rule }) => alsoOfCopies.includes(rule));
  if (finding) throw refuse(`of the original's ${finding.name}: ${finding.reason}`);
  if (isOnLun(inventory, path)) throw refuse("it lies on the LUN itself, which a restore would take away");
  const [folder] = await host.read<Folder>("Get-HostFolder", { Path: path });
  if (folder?.exists && !folder.isEmpty) throw refuse("there is something in that folder already");
  const { guid, signature } = inventory.disks[0] as Disk;
  return {
    consumer: "Windows",
    path: path.replace(/\\$/, ""),
    folderExists: folder?.exists ?? false,
    originalNaa: lun.naa,
    originalDisk: { guid, signature },
  };
}
