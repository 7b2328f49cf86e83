import { volumePath } from "./disks/accessPaths.ts";
import type { Disk, Host, Volume } from "./host.ts";
import { configFile, type Vm } from "./hyperv/vm.ts";

/** The whole model, for tests. */
export function stateView(host: Host) {
  return {
    settings: host.settings,
    root: host.root,
    portals: host.portals,
    sessions: host.sessions.map(({ id, iqn, portal, connection }) => ({
      ...{ id, iqn, portal },
      isConnected: connection !== undefined,
    })),
    disks: host.disks.map(diskView),
    accessPaths: Object.fromEntries(host.accessPaths),
    vms: host.vms.map(vmView),
  };
}

function diskView(disk: Disk) {
  const { number, facts, isOffline, offlineReason, isReadOnly, layout, paths, volumes } = disk;
  return {
    ...{ number, naa: facts.naa, isOffline, offlineReason, isReadOnly, guid: layout?.guid },
    paths: paths.map(({ session, lun }) => ({ portal: session.portal, iqn: session.iqn, lun })),
    volumes: volumes.map((volume) => volumeView(disk, volume)),
  };
}

export function volumeView(disk: Disk, volume: Volume) {
  return {
    naa: disk.facts.naa,
    /** `\\?\Volume{...}\` */
    path: volumePath(volume),
    guid: volume.guid,
    accessPaths: volume.mounted,
    /** The simulator's own mount of it, there as long as the disk is online. */
    folder: volume.folder,
    device: volume.device,
  };
}

export function vmView({ config, guest, status }: Vm) {
  return { ...config, status, configFile: configFile(config), isRunning: guest !== undefined, written: guest?.written };
}
