import { type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { makeVssSim, packagedProvider } from "../sim/vss/build.ts";
import { type Coordinator, contexts, type Returned, startCoordinator } from "../sim/vss/coordinator.ts";
import { diskOf } from "../sim/vss/disk.ts";
import { windowsPath } from "../wine/wine.ts";
import { type BareWindowsNode, makeBareWindowsNode } from "./bareWindowsNode.ts";
import { startCore } from "./packagedCore.ts";

/** The snapshot exists when the NAS answers, so that what is measured is not the NAS's own time. */
const quirks = { createAnswersEarly: false, createSnapshotMs: 0 };

/** VSS, played under Wine, towards the provider's DLL in two processes: the DLL's child is the packaged core, or a bare Node. */
export interface VssBench {
  nas: SimulatedNas;
  /** One on each LUN. */
  volumes: string[];
  core: Provider;
  echo: Provider;
  bare: BareWindowsNode;
  /** The state folder, as it stands in the environment of both children. */
  home: string;
  stop: () => Promise<void>;
}

export interface Provider {
  coordinator: Coordinator;
  dll: string;
}

export async function openVssBench(luns: number): Promise<VssBench> {
  await makeVssSim();
  const volumes = Array.from({ length: luns }, (_, i) => `lun${i + 1}`);
  const nas = await startNas({ profile: "hero-h5.3", luns: volumes.map((name) => `${name}:1`).join(), quirks });
  const bare = makeBareWindowsNode();
  const home = windowsPath(await storeNas(nas));
  const disks = Object.fromEntries((await nas.state()).luns.map(({ name, naa }) => [name, [diskOf(naa)]]));
  const start = async (dll: string): Promise<Provider> => {
    const coordinator = await startCoordinator({ volumes: disks }, { QNAP_SNAPSHOT_HOME: home }, bare.folder);
    return { coordinator, dll };
  };
  const [core, echo] = [await start(packagedProvider), await start(bare.dll)];
  const stop = async () => {
    await end(core);
    await end(echo);
    await nas.stop();
    bare.remove();
  };
  return { nas, volumes, core, echo, bare, home, stop };
}

/** On a machine of its own; gives its state folder. */
async function storeNas({ https, user: userName, password, fingerprint }: SimulatedNas): Promise<string> {
  const core = await startCore();
  const { hostname: name, port } = new URL(https);
  await core.call("setNas", { name, port: Number(port), userName, password, certificateFingerprint: fingerprint });
  await core.stop();
  return core.home;
}

/** Starts the child as well. Milliseconds from OnLoad, the first callback, to its answer. */
export async function load({ coordinator, dll }: Provider): Promise<number> {
  const loaded = await coordinator.load(dll);
  const { hr, us } = await coordinator.call("OnLoad");
  if (loaded.hr !== 0 || hr !== 0) throw new Error(`the provider was not loaded: ${loaded.hr}, ${hr}`);
  return us / 1000;
}

async function end({ coordinator }: Provider): Promise<void> {
  await coordinator.release();
  await coordinator.kill();
}

/** A transportable set, whole; gives what its callbacks took. */
export async function takeSet({ coordinator }: Provider, volumes: string[]): Promise<Returned[]> {
  const { hr, phase, returned } = await coordinator.set({ volumes, context: contexts.transportable });
  if (hr !== 0) throw new Error(`the set failed in ${phase}: 0x${hr.toString(16)}`);
  return returned;
}
