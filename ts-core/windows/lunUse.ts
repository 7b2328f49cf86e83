import type {
  Freezer,
  HoldOptions,
  HoldPlan,
  LunUse,
  Member,
  MemberCheck,
  ReleaseOptions,
  ReleasePlan,
} from "../ports.ts";
import { planHold } from "./hold.ts";
import { type Disk, type HyperVVm, type Inventory, type Partition, pathsOf, type Session, vmsOn } from "./inventory.ts";
import { planLunRelease } from "./lunRelease.ts";
import { windows } from "./names.ts";
import type { HostSession } from "./powershell.ts";
import { diskName, type Finding, findingsOn, hasData, volumeName } from "./rules.ts";

/** One LUN as this Windows uses it, as it was when it was read. */
export class WindowsLunUse implements LunUse {
  readonly consumer = windows;
  readonly #host: HostSession;
  readonly #freezer: Freezer;
  readonly #inventory: Inventory;

  constructor(host: HostSession, freezer: Freezer, inventory: Inventory) {
    this.#host = host;
    this.#freezer = freezer;
    this.#inventory = inventory;
  }

  members(): Member[] {
    const { disks, partitions, sessions } = this.#inventory;
    return [
      ...disks.map(diskRow),
      ...partitions.filter(hasData).map(volumeRow),
      ...sessions.map(sessionRow),
      ...vmsOn(this.#inventory).map(vmRow),
    ].map((row) => ({ consumer: windows, ...row }));
  }

  async check(): Promise<MemberCheck[]> {
    const findings = findingsOn(this.#inventory);
    const found = findings.map(
      ({ kind, name, rule, verdict, reason }): MemberCheck => ({ kind, name, rule, verdict, reason }),
    );
    return [...found, ...this.#silent(findings)];
  }

  planHold(options: HoldOptions): Promise<HoldPlan> {
    return planHold(this.#host, this.#freezer, this.#inventory, options);
  }

  planRelease(options: ReleaseOptions): Promise<ReleasePlan> {
    return planLunRelease(this.#host, this.#inventory, options);
  }

  /** What no rule finds anything about. */
  #silent(findings: readonly Finding[]): MemberCheck[] {
    const fine = this.members().filter(
      ({ kind, name }) => !findings.some((one) => one.kind === kind && one.name === name),
    );
    return fine.flatMap(({ kind, name, detail }): MemberCheck[] => {
      const known = kind === "Disk" || kind === "Volume" || kind === "Session" || kind === "VM";
      return known ? [{ kind, name, rule: null, verdict: "OK", reason: detail }] : [];
    });
  }
}

type Row = Omit<Member, "consumer">;

function diskRow(disk: Disk): Row {
  const { serial, model, bus, partitionStyle, guid, signature, offline, readOnly } = disk;
  const identity = guid || (signature ? `signature ${signature.toString(16)}` : "");
  const detail = [`${model} (${bus})`, `serial ${serial}`, partitionStyle, identity]
    .filter((one) => one !== "")
    .join(", ");
  const state = `${offline ? "Offline" : "Online"}${readOnly ? ", read-only" : ""}`;
  return { kind: "Disk", name: diskName(disk), id: String(disk.number), state, detail };
}

function volumeRow(partition: Partition): Row {
  const { volume } = partition;
  const paths = pathsOf(partition);
  const detail = [volume?.fileSystem || "RAW", volume?.label ?? "", paths.join(", ")]
    .filter((one) => one !== "")
    .join(", ");
  const state = volume === null ? "Not mounted" : paths.length > 0 ? "Mounted" : "Without a path";
  return { kind: "Volume", name: volumeName(partition), id: volume?.path ?? partition.guid, state, detail };
}

function sessionRow({ id, targetIqn, initiatorIqn, authentication, connected, persistent, portals }: Session): Row {
  const kept = persistent ? "persistent" : "not persistent";
  const detail = `${initiatorIqn} at ${portals.join(" and ")} (an address that should stay), authentication ${authentication}, ${kept}`;
  return { kind: "Session", name: targetIqn, id, state: connected ? "Connected" : "Not connected", detail };
}

function vmRow({ id, name, state, files, checkpoints, generation }: HyperVVm): Row {
  const configuration = files.find(({ role }) => role === "Configuration")?.path ?? "";
  const detail = `generation ${generation}, ${checkpoints.length} checkpoint(s), ${configuration}`;
  return { kind: "VM", name, id, state, detail };
}
