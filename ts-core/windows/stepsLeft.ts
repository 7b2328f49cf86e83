import { attributeBits, pathsOf, plainPath, readDisks, readPartitions } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";
import { type LunRelease, partitionNow, type RecordedVm } from "./releaseRecord.ts";
import { readVm } from "./vms.ts";

/**
 * What is still to be done by hand when we must stop, one line a step: from what Windows shows now, or from the record alone where
 * it cannot be asked.
 */
export async function stepsLeft(host: HostSession, record: LunRelease): Promise<string[]> {
  try {
    return [...(await diskSteps(host, record)), ...(await vmSteps(host, record))];
  } catch {
    const paths = record.partitions.flatMap((one) => one.paths);
    return [onlineStep(record), ...paths.map((path) => pathStep(path)), ...record.vms.map(registerStep)];
  }
}

async function diskSteps(host: HostSession, record: LunRelease): Promise<string[]> {
  const [disk] = await readDisks(host, record.naa);
  if (disk === undefined) return [`Rescan the disks until the one with NAA ${record.naa} is there`, onlineStep(record)];
  const now = await readPartitions(host, disk);
  const pairs = record.partitions.map((recorded) => ({ recorded, partition: partitionNow(recorded, now) }));
  return [
    ...(disk.offline && !record.disk.offline ? [onlineStep(record)] : []),
    ...pairs.flatMap(({ recorded, partition }) => {
      const bits = attributeBits.filter((bit) => partition?.[bit] && !recorded.bits.includes(bit));
      const has = new Set(partition ? pathsOf(partition).map(plainPath) : []);
      const lost = recorded.paths.filter((path) => !has.has(plainPath(path)));
      return [
        ...bits.map((bit) => `Clear the attribute ${bit} of partition ${partition?.number}`),
        ...lost.map((path) => pathStep(path)),
      ];
    }),
  ];
}

async function vmSteps(host: HostSession, { vms }: LunRelease): Promise<string[]> {
  const known = await Promise.all(vms.map(async (vm) => ({ vm, there: await readVm(host, vm.id) })));
  return known.filter(({ there }) => there === undefined).map(({ vm }) => registerStep(vm));
}

function onlineStep({ naa, disk }: LunRelease): string {
  return `Bring the disk with NAA ${naa} (it was disk ${disk.number}) online, once its content is known to be the right one`;
}

function pathStep(path: string): string {
  return `Give its volume the path ${path} again`;
}

function registerStep({ name, configuration }: RecordedVm): string {
  return `Register VM '${name}' from ${configuration}`;
}
