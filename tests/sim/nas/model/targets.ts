import type { Nas } from "../nas.ts";
import { freeIndex } from "./find.ts";
import { defaultInitiator, type Initiator, type Lun, type Mapping, type Target } from "./state.ts";

export interface TargetSpec {
  name: string;
  alias: string;
  clusterEnable: boolean;
  dataDigest: boolean;
  headerDigest: boolean;
  /** Given by REST clients; else the NAS builds it. */
  iqn?: string;
}

export const iqnPrefix = (nas: Nas): string => `iqn.2004-04.com.qnap:${nas.profile.model.display.toLowerCase()}:iscsi.`;

export const nextTargetIndex = (nas: Nas): number =>
  freeIndex(
    nas,
    nas.state.targets.map((target) => target.targetIndex),
  );

export async function createTarget(nas: Nas, targetIndex: number, spec: TargetSpec): Promise<Target> {
  const { iqn = `${iqnPrefix(nas)}${spec.name.toLowerCase()}.${nas.state.iqnPostfix}`, ...rest } = spec;
  const acl = nas.quirks.get("defaultAcl") ? [{ initiatorIndex: 0, iqn: defaultInitiator, alias: "default" }] : [];
  const target: Target = { ...rest, targetIndex, iqn, iqnKnown: false, active: true, acl, luns: [] };
  nas.state.targets.push(target);
  nas.effects.add("target.create", targetIndex, { name: spec.name, iqn });
  await nas.exports.sync();
  nas.background.later(nas.quirks.pace("iqnDelayMs"), async () => {
    target.iqnKnown = true;
    await nas.save();
  });
  return target;
}

export async function removeTarget(nas: Nas, target: Target): Promise<void> {
  nas.state.targets = nas.state.targets.filter((other) => other !== target);
  nas.effects.add("target.remove", target.targetIndex, { name: target.name });
  await nas.exports.sync();
}

/** LUN numbers inside a target start at 0 and fill gaps (single source). */
function freeLunNumber(target: Target): number {
  const used = target.luns.map((mapping) => mapping.lunNumber);
  let number = 0;
  while (used.includes(number)) number++;
  return number;
}

export async function mapLun(nas: Nas, target: Target, lun: Lun): Promise<void> {
  const mapping = { lunIndex: lun.lunIndex, lunNumber: freeLunNumber(target), enabled: nas.quirks.get("mapEnables") };
  target.luns.push(mapping);
  nas.effects.add("target.map", lun.lunIndex, { targetIndex: target.targetIndex, lunNumber: mapping.lunNumber });
  await nas.exports.sync();
}

export async function enableLun(nas: Nas, target: Target, mapping: Mapping, enabled: boolean): Promise<void> {
  mapping.enabled = enabled;
  const kind = enabled ? "target.enableLun" : "target.disableLun";
  nas.effects.add(kind, mapping.lunIndex, { targetIndex: target.targetIndex, lunNumber: mapping.lunNumber });
  await nas.exports.sync();
}

export async function unmapLun(nas: Nas, target: Target, mapping: Mapping): Promise<void> {
  target.luns = target.luns.filter((other) => other !== mapping);
  nas.effects.add("target.unmap", mapping.lunIndex, { targetIndex: target.targetIndex });
  await nas.exports.sync();
}

/** Adds or replaces a row of the target's access list. */
export async function setInitiator(nas: Nas, target: Target, row: Omit<Initiator, "initiatorIndex">): Promise<void> {
  const known = target.acl.find((other) => other.iqn === row.iqn);
  const used = target.acl.map((other) => other.initiatorIndex);
  const initiatorIndex = known?.initiatorIndex ?? Math.max(0, ...used) + 1;
  target.acl = [...target.acl.filter((other) => other !== known), { initiatorIndex, ...row }];
  nas.effects.add("target.acl", target.targetIndex, { initiator: row.iqn, chap: row.chap !== undefined });
  await nas.exports.sync();
}

export async function removeInitiator(nas: Nas, target: Target, row: Initiator): Promise<void> {
  target.acl = target.acl.filter((other) => other !== row);
  nas.effects.add("target.acl", target.targetIndex, { initiator: row.iqn, removed: true });
  await nas.exports.sync();
}
