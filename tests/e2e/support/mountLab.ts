import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { CoreProcess } from "../../coreProcess.ts";
import type { ProfileName } from "../../sim/nas/profiles.ts";
import { type LunView, type NasState, type SimulatedNas, startNas } from "../../sim/nas/start.ts";
import { type SimulatedVcenter, startVcenter } from "../../sim/vcenter/start.ts";

export interface Mounted {
  nas: string;
  lunName: string;
  lunNaa: string;
  datastoreName: string;
  vmfsUuid: string;
  vmHost: string;
  operationId: string;
}

const mib = 1 << 20;
/** What takes a NAS seconds is waited for in other tests. */
const quick = { createSnapshotMs: 20, deleteSnapshotMs: 20, cloneMs: 50, naaDelayMs: 0, removeLunMs: 20 };

/**
 * A NAS with the LUN `vmstore` (LUN number 1 of a target that it shares with a neighbour), and a vCenter with two hosts that have
 * it as datastore `prod`. The snapshot `base` holds vm001 and vm002 as they were; since then vm001 has been written to.
 */
export class MountLab {
  readonly nas: SimulatedNas;
  readonly vcenter: SimulatedVcenter;
  snapshotId = "";
  /** As it is when nothing is mounted. */
  base: string[] = [];

  constructor(nas: SimulatedNas, vcenter: SimulatedVcenter) {
    this.nas = nas;
    this.vcenter = vcenter;
  }

  static async start(profile: ProfileName): Promise<MountLab> {
    const nas = await startNas({ profile, quirks: quick });
    await nas.addLun({ name: "neighbour", sizeBytes: mib, target: "shared" });
    await nas.addLun({ name: "vmstore", sizeBytes: 64 * mib, target: "shared" });
    const vcenter = await startVcenter({ vms: 2, taskMs: 20, nas: nas.control, datastores: { prod: "vmstore" } });
    const lab = new MountLab(nas, vcenter);
    await lab.#takeBase();
    lab.base = await lab.account();
    return lab;
  }

  async #takeBase(): Promise<void> {
    await this.vcenter.changeVm("vm001", { data: "before" });
    const core = await CoreProcess.start();
    await core.connect(this.nas);
    const request = { luns: [{ name: "vmstore" }], type: "Crash" };
    const { snapshots } = await core.call<{ snapshots: { snapshotId: string }[] }>("newLunSnapshot", request);
    this.snapshotId = snapshots[0]?.snapshotId ?? "";
    await core.stop();
    await this.vcenter.changeVm("vm001", { data: "after" });
  }

  /** A core that is connected to the NAS and to the vCenter; with a home, one that knows them already. */
  async connect(home?: string): Promise<CoreProcess> {
    const core = await CoreProcess.start(home);
    await core.connect(this.nas);
    if (home === undefined) await this.storeVcenter(core);
    return core;
  }

  async storeVcenter(core: CoreProcess, vcenter = this.vcenter): Promise<void> {
    const { hostname: server, port } = new URL(vcenter.url);
    const { user: userName, password, thumbprint: certificateThumbprint } = vcenter;
    await core.call("setVMwareSetting", { server, port: Number(port), userName, password, certificateThumbprint });
  }

  get request() {
    return { snapshot: { lun: { name: "vmstore" }, snapshotId: this.snapshotId }, vmHost: "esx1", name: "copy" };
  }

  async mount(core: CoreProcess): Promise<Mounted> {
    return (await core.call<{ mounted: Mounted }>("mountLunSnapshot", this.request)).mounted;
  }

  /**
   * What is where, by the accounts of both and a line each: LUNs with their places, hosts with their disks and datastores, VMs.
   * Everything on the copy is told by its LUN's name.
   */
  async account(): Promise<string[]> {
    const { luns, volumes, snapshots } = await this.#atRest();
    const { hosts, datastores, vms } = await this.vcenter.state();
    const nameOf = (naa: string) => luns.find((lun) => lun.naa === naa)?.name ?? `gone ${naa}`;
    const all = (naas: string[]) => naas.map(nameOf).sort().join("+");
    const places = (lun: LunView) => lun.targets.map((one) => `${one.targetIndex}:${one.lunNumber}:${one.enabled}`);
    return [
      ...luns.map((lun) => `LUN ${lun.name} ${lun.status} on ${places(lun)}`),
      ...volumes.filter(({ lunIndex }) => lunIndex < 0).map(({ label }) => `volume ${label} without LUN`),
      `${snapshots.length} snapshots`,
      ...hosts.map(({ name, mounted }) => `${name} has mounted ${plain(mounted)}`),
      ...hosts.map(({ name, luns: seen }) => `${name} sees ${all(seen.map(({ naa }) => naa))}`),
      ...hosts.map(({ name, detached }) => `${name} has detached ${all(detached)}`),
      ...datastores.map(({ name, extents, mounted }) => `datastore ${plain([name])} on ${all(extents)}, ${mounted}`),
      ...vms
        .filter(({ registered }) => registered)
        .map(({ name, datastore, power }) => `VM ${name} ${datastore} ${power}`),
    ].sort();
  }

  async #atRest(): Promise<NasState> {
    for (;;) {
      const state = await this.nas.state();
      if (state.jobs.length === 0) return state;
      await sleep(20);
    }
  }

  async furnish(): Promise<void> {
    const now = await this.account();
    if (!isDeepStrictEqual(now, this.base)) throw new Error(`something is left over: ${now.join("; ")}`);
  }

  async clear(): Promise<void> {
    await this.nas.clearFaults();
    await this.vcenter.clearFaults();
    await this.nas.unlock();
    await this.nas.expireSessions();
    await this.vcenter.expireSessions();
    await this.nas.reset();
    await this.vcenter.reset();
  }

  async stop(): Promise<void> {
    await this.vcenter.stop();
    await this.nas.stop();
  }

  async kill(): Promise<void> {
    await this.vcenter.kill();
    await this.nas.kill();
  }
}

/** Without what is new each time. */
function plain(names: string[]): string {
  const plainNames = names.map((name) => name.replace(/^snap-[0-9a-f]{8}-/, "snap-"));
  return plainNames.sort().join("+");
}
