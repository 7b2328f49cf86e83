import { CoreProcess } from "../../coreProcess.ts";
import { type NasOptions, type SimulatedNas, startNas } from "../../sim/nas/start.ts";
import { type SimulatedVcenter, startVcenter, type VcenterOptions } from "../../sim/vcenter/start.ts";
import type { VcenterState, VmView } from "../../sim/vcenter/view.ts";

/** Room for 32 KiB a VM (docs/vcenter-simulator.md). */
const lunBytes = 16 << 20;

/** A NAS with the LUN `vmstore`, and a vCenter whose datastore `ds-prod` lies on it. */
export interface VmwareLab {
  /** Another object after it was started again. */
  nas: SimulatedNas;
  vcenter: SimulatedVcenter;
  /** A core that is connected to the NAS and has the vCenter stored. */
  connect(home?: string, policy?: object): Promise<CoreProcess>;
  stop(): Promise<void>;
}

export async function startVmwareLab(
  nasOptions: NasOptions = {},
  options: VcenterOptions = {},
  sizeBytes = lunBytes,
): Promise<VmwareLab> {
  const nas = await startNas(nasOptions);
  await nas.addLun({ name: "vmstore", sizeBytes });
  const datastores = { "ds-prod": "vmstore" };
  const vcenter = await startVcenter({ taskMs: 30, nas: nas.control, datastores, ...options });
  const connect = async (home?: string, policy: object = {}) => {
    const core = await CoreProcess.start(home);
    await core.connect(lab.nas);
    await core.call("setVMwareSetting", { ...vcenterLogin(lab.vcenter), ...policy });
    return core;
  };
  const lab: VmwareLab = {
    nas,
    vcenter,
    connect,
    async stop() {
      await lab.vcenter.stop();
      await lab.nas.stop();
    },
  };
  return lab;
}

export function vcenterLogin({ url, thumbprint, user, password }: SimulatedVcenter) {
  const { hostname: server, port } = new URL(url);
  return { server, port: Number(port), userName: user, password, certificateThumbprint: thumbprint };
}

/** The names of all VM snapshots there are. */
export function snapshotNames({ vms }: Pick<VcenterState, "vms">): string[] {
  return vms.flatMap(({ snapshots }) => snapshots.map(({ name }) => name));
}

/** A VM as far as a restore must bring it back; its moref, and those of its snapshots, are new. */
export function lasting({ ref, ...vm }: VmView): object {
  return { ...vm, power: "", snapshots: vm.snapshots.map(({ ref: _, ...snapshot }) => snapshot) };
}
