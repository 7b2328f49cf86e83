import { setInterval } from "node:timers";
import type { Disk, Host } from "../host.ts";
import { rescan, vanish } from "./rescan.ts";

const everyMs = 1_000;

/** A disk without a path for so long is gone, and I/O to it fails (documented: LinkDownTime, PDORemovePeriod); it comes back with a path. */
export function watchLinks(host: Host): void {
  const downSince = new Map<Disk, number>();
  const lost = new Set<Disk>();
  setInterval(() => {
    for (const disk of host.disks) {
      if (hasPath(disk)) downSince.delete(disk);
      else if (!downSince.has(disk)) downSince.set(disk, Date.now());
      else if (Date.now() - (downSince.get(disk) ?? 0) > host.settings.linkDownMs && !lost.has(disk)) {
        lost.add(disk);
        void host.inTurn(() => vanish(host, disk));
      }
    }
    const returned = [...lost].filter(hasPath);
    for (const disk of returned) lost.delete(disk);
    if (returned.length > 0) void host.inTurn(() => rescan(host));
  }, everyMs).unref();
}

const hasPath = ({ paths }: Disk): boolean => paths.some(({ session }) => session.connection !== undefined);
