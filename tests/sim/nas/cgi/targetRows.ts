import { codes } from "../codes.ts";
import type { Connection } from "../iscsi/backend.ts";
import type { Target } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import { code } from "./function.ts";
import { type Element, el, fields } from "./xml.ts";

function iqnElement(nas: Nas, target: Target): Element {
  const iqn = target.iqnKnown ? target.iqn : "";
  const wrapped = nas.quirks.get("iqnWhitespace") && iqn ? `\n  ${iqn.replace(":iscsi.", ":iscsi.\n  ")}\n` : iqn;
  return el("targetIQN", wrapped, nas.quirks.get("iqnActiveAttribute") ? 'active="1"' : "");
}

/** -1 offline, 0 ready, 1 connected (confirmed). */
function statusOf(target: Target, connections: Connection[]): number {
  if (!target.active) return -1;
  return connections.length > 0 ? 1 : 0;
}

export async function targetFields(nas: Nas, target: Target): Promise<Element[]> {
  const connections = await nas.exports.connections(target);
  return [
    el("targetIndex", String(target.targetIndex)),
    el("targetName", target.name),
    iqnElement(nas, target),
    ...fields({ targetAlias: target.alias, targetStatus: String(statusOf(target, connections)) }),
    lunIndexes(target),
    el("initiatorConnList", connections.map(connectionRow)),
  ];
}

/** Bare repeated elements with NAS-wide indexes, not the numbers inside the target (confirmed). */
function lunIndexes(target: Target): Element {
  const count = el("targetLUNListCnt", target.luns.length);
  return el("targetLUNList", [count, ...target.luns.map((mapping) => el("LUNIndex", mapping.lunIndex))]);
}

function connectionRow({ initiatorIqn, address }: Connection): Element {
  const row = {
    connection_type: "iSCSI",
    initiatorIQN: initiatorIqn,
    IP: address,
    connection_status: 1,
    server_name: "",
  };
  return el("initiatorConnInfo", fields(row));
}

/** targetInfo: the list's fields, digests and access list. CHAP secrets never come back (confirmed). */
export async function targetDetails(nas: Nas, target: Target): Promise<Element[]> {
  const digests = fields({
    bTargetDataDigest: target.dataDigest ? 1 : 0,
    bTargetHeaderDigest: target.headerDigest ? 1 : 0,
  });
  return [...(await targetFields(nas, target)), ...digests, el("targetACL", aclRows(target))];
}

export function aclRows(target: Target): Element[] {
  return target.acl.map(({ initiatorIndex, alias, iqn, chap, mutualChap }) =>
    el(
      "targetInitInfo",
      fields({
        initiatorIndex,
        initiatorAlias: alias,
        initiatorIQN: iqn,
        bCHAPEnable: chap ? 1 : 0,
        bMutualCHAPEnable: mutualChap ? 1 : 0,
      }),
    ),
  );
}

export async function targetList(nas: Nas): Promise<Answer> {
  const rows: Element[] = [];
  for (const target of nas.state.targets) rows.push(el("targetInfo", await targetFields(nas, target)));
  return { own: [el("iSCSITargetList", rows)], result: 0 };
}

export async function targetInfo(nas: Nas, target: Target | undefined): Promise<Answer> {
  if (!target) return code(codes.failed);
  return { own: [el("targetInfo", [el("row", await targetDetails(nas, target))])], result: 0 };
}

/** The target that lists an initiator by name (single source). */
export function targetOfInitiator(nas: Nas, iqn: string): Answer {
  const target = nas.state.targets.find(({ acl }) => acl.some((row) => row.iqn === iqn));
  if (!target) return code(codes.failed);
  const row = [el("targetIndex", String(target.targetIndex)), iqnElement(nas, target), ...aclRows(target)];
  return { own: [el("targetACL", [el("row", row)])], result: 0 };
}
