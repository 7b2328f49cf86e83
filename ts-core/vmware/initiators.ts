import type { Host } from "./hosts.ts";
import { objects, retrieve } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { all, detached, text } from "./xml.ts";

/** The iSCSI names of these hosts' adapters, software and hardware: by them their log-ins on the NAS are known. */
export async function readInitiators(session: VimSession, hosts: readonly Pick<Host, "storage">[]): Promise<string[]> {
  const wanted = [{ type: "HostStorageSystem", paths: ["storageDeviceInfo.hostBusAdapter"] }];
  const from = objects(hosts.map(({ storage }) => storage));
  const found = await retrieve(session, wanted, from, ({ get }) => {
    const adapters = all(get("storageDeviceInfo.hostBusAdapter"), "HostHostBusAdapter");
    return detached(adapters.map((one) => text(one, "iScsiName")?.toLowerCase()).filter((one) => one !== undefined));
  });
  return [...new Set(found.flat())];
}
