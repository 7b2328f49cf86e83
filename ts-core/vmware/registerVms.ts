import { setTimeout as pause } from "node:timers/promises";
import { reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import type { Datastore } from "./datastores.ts";
import { isFault, VimFault } from "./faults.ts";
import { placeFor, readAlive, readPlaces } from "./places.ts";
import { type RegisteredVm, register, registeredAnywhere, registeredOn, type VmPlace } from "./registration.ts";
import type { RecordedVm, ReleaseRecord } from "./releaseRecord.ts";
import type { VCenter } from "./vcenter.ts";

/** A recorded VM and where its files may lie now, the likeliest first. */
export interface Candidate {
  vm: RecordedVm;
  datastore: Datastore;
  paths: string[];
}

export interface Missing {
  name: string;
  path: string;
  reason: string;
}

export interface Registered {
  found: { vm: RecordedVm; now: RegisteredVm }[];
  missing: Missing[];
  /** Of VMs that may be registered when what stood in the way is gone. */
  failures: unknown[];
}

/** Locks of the hosts that had the VMs open when the snapshot was taken are broken only after a while. */
const rounds = 5;
const roundPauseMs = 4_000;

/** Registers those that are not registered; none twice, wherever it is. The others go on when one cannot be. */
export async function registerVms(
  vcenter: VCenter,
  record: ReleaseRecord,
  candidates: readonly Candidate[],
): Promise<Registered> {
  const before = await readHere(vcenter, candidates);
  const absent = candidates.filter((one) => nowOf(before, one) === undefined);
  const { missing, failures } = await registerAbsent(vcenter, record, absent);
  const after = absent.length === 0 ? before : await readHere(vcenter, candidates);
  const found = candidates.flatMap((one) => {
    const now = nowOf(after, one);
    return now === undefined ? [] : [{ vm: one.vm, now }];
  });
  return { found, missing, failures };
}

async function registerAbsent(vcenter: VCenter, record: ReleaseRecord, absent: readonly Candidate[]) {
  const missing: Missing[] = [];
  const failures: unknown[] = [];
  if (absent.length === 0) return { missing, failures };
  const elsewhere = new Map((await registeredAnywhere(vcenter.session)).map((one) => [one.instanceUuid, one]));
  const moved = absent.filter(({ vm }) => elsewhere.has(vm.instanceUuid));
  for (const { vm } of moved) missing.push(missed(vm, `it is registered from ${elsewhere.get(vm.instanceUuid)?.path}`));
  let left = absent.filter(({ vm }) => !elsewhere.has(vm.instanceUuid));
  for (let round = 1; left.length > 0; round++) {
    const refused = await registerAll(vcenter, record, left);
    // What is said about the VM itself is believed the second time.
    const final = refused.filter(({ error }) => round > 1 && isFinal(error));
    missing.push(...final.map(({ one, error }) => missed(one.vm, reasonOf(error))));
    const others = refused.filter((one) => !final.includes(one));
    const again = others.filter(({ error }) => round < rounds && error instanceof VimFault);
    failures.push(...others.filter((one) => !again.includes(one)).map(({ error }) => error));
    left = again.map(({ one }) => one);
    if (left.length > 0) await pause(roundPauseMs);
  }
  return { missing, failures };
}

async function registerAll(vcenter: VCenter, record: ReleaseRecord, candidates: readonly Candidate[]) {
  const alive = await readAlive(
    vcenter.session,
    candidates.map(({ vm }) => vm),
  );
  const stores = new Map(candidates.map(({ datastore }) => [datastore.ref.id, datastore]));
  const places = new Map(
    await Promise.all(
      [...stores].map(async ([id, datastore]) => [id, await readPlaces(vcenter.session, datastore)] as const),
    ),
  );
  const outcomes = await settleAll([...candidates.entries()], candidates.length, async ([turn, one]) => {
    const place = placeFor(one.vm, record, { places: places.get(one.datastore.ref.id) ?? [], alive, turn });
    if (place === undefined) throw new Error(`no host reaches datastore '${one.datastore.name}'`);
    await vcenter.creates.within(place.host?.id ?? "", undefined, () => registerFirst(vcenter, one, place));
  });
  return outcomes.flatMap((outcome, index) => {
    const one = candidates[index];
    return outcome.status === "rejected" && one ? [{ one, error: outcome.reason as unknown }] : [];
  });
}

/** From the first of the paths where there is a VM. */
async function registerFirst(vcenter: VCenter, { datastore, paths }: Candidate, place: VmPlace): Promise<void> {
  for (const [index, path] of paths.entries()) {
    try {
      await register(vcenter, { ...place, path, template: isTemplate(path, place) }, datastore.ref);
      return;
    } catch (error) {
      if (index === paths.length - 1 || !isFault(error, ...noSuchFile)) throw error;
    }
  }
}

/** A VM that was made a template (or the other way) since then had a file of the other kind. */
function isTemplate(path: string, place: VmPlace): boolean {
  return path === place.path ? place.template : path.endsWith(".vmtx");
}

const noSuchFile = ["NotFound", "FileNotFound", "InvalidDatastorePath"];
/** Says nothing about the VM and its files. */
const passing = [
  "NoPermission",
  "NotAuthenticated",
  "HostNotConnected",
  "HostNotReachable",
  "HostCommunication",
  "InaccessibleDatastore",
  "InvalidDatastore",
  "TaskInProgress",
  "FileLocked",
  "Timedout",
];

function isFinal(error: unknown): boolean {
  return error instanceof VimFault && !isFault(error, ...passing);
}

function missed({ name, path }: RecordedVm, reason: string): Missing {
  return { name, path, reason };
}

async function readHere({ session }: VCenter, candidates: readonly Candidate[]): Promise<RegisteredVm[]> {
  const stores = new Map(candidates.map(({ datastore }) => [datastore.ref.id, datastore.ref]));
  return (await Promise.all([...stores.values()].map((ref) => registeredOn(session, ref)))).flat();
}

function nowOf(here: readonly RegisteredVm[], { vm, paths }: Candidate): RegisteredVm | undefined {
  return here.find((one) => one.instanceUuid === vm.instanceUuid) ?? here.find(({ path }) => paths.includes(path));
}
