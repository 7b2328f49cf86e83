import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { findLun, findTarget } from "../model/find.ts";
import { defaultInitiator, type Initiator, type Target } from "../model/state.ts";
import {
  createTarget,
  enableLun,
  mapLun,
  nextTargetIndex,
  removeTarget,
  setInitiator,
  unmapLun,
} from "../model/targets.ts";
import type { Nas } from "../nas.ts";
import { fail, type RestAnswer } from "./answer.ts";
import { type Body, object, text, truthy } from "./body.ts";
import type { Ids, RestCall } from "./dispatch.ts";

async function targetRow(nas: Nas, target: Target) {
  const connections = await nas.exports.connections(target);
  return {
    target_index: target.targetIndex,
    target_name: target.name,
    target_iqn: target.iqnKnown ? target.iqn : "",
    target_alias: target.alias,
    target_status: target.active ? Math.min(1, connections.length) : -1,
    luns: target.luns.map((m) => ({ lun_index: m.lunIndex, lun_number: m.lunNumber, lun_enable: m.enabled })),
    connected_initiators: connections.map(({ initiatorIqn, address }) => ({ init_iqn: initiatorIqn, ip: address })),
    target_init_info: target.acl.map(({ initiatorIndex, iqn, chap, mutualChap }) => ({
      init_index: initiatorIndex,
      init_iqn: iqn,
      chap_enable: chap !== undefined,
      mutual_chap_enable: mutualChap !== undefined,
    })),
  };
}

async function list({ nas }: Call): Promise<RestAnswer> {
  return { collection: await Promise.all(nas.state.targets.map((target) => targetRow(nas, target))) };
}

function aclRow(body: Body): Omit<Initiator, "initiatorIndex"> {
  const iqn = text(body.init_iqn) || defaultInitiator;
  const chap = { user: text(body.chap_user_name), password: text(body.chap_passwd) };
  const mutualChap = { user: text(body.mutual_chap_user_name), password: text(body.mutual_chap_passwd) };
  return {
    iqn,
    alias: iqn,
    ...(truthy(body.chap_enable) && { chap }),
    ...(truthy(body.mutual_chap_enable) && { mutualChap }),
  };
}

/** The client builds the IQN here: prefix, name, postfix. */
function create({ nas, json }: Call): RestAnswer {
  const iqn = text(json.target_iqn);
  const name = /:iscsi\.([A-Za-z0-9_.-]+)\.[0-9a-f]{6}$/i.exec(iqn)?.[1];
  if (!name) return fail(codes.badParameter);
  if (nas.state.targets.some((target) => target.iqn === iqn)) return fail(codes.exists);
  const targetIndex = nextTargetIndex(nas);
  return { single: { target_index: targetIndex }, effect: () => createNow(nas, targetIndex, name, iqn, json) };
}

async function createNow(nas: Nas, targetIndex: number, name: string, iqn: string, json: Body): Promise<void> {
  const target = await createTarget(nas, targetIndex, {
    name,
    alias: text(json.target_alias) || name,
    clusterEnable: truthy(json.target_cluster_enable),
    dataDigest: truthy(json.target_data_digest),
    headerDigest: truthy(json.target_header_digest),
    iqn,
  });
  const rows = Array.isArray(json.target_init_info) ? json.target_init_info : [];
  for (const row of rows) await setInitiator(nas, target, aclRow(object(row)));
}

function remove({ nas }: Call, { target: index }: Ids): RestAnswer {
  const target = findTarget(nas, index);
  return target ? { effect: () => removeTarget(nas, target) } : fail(codes.notFound);
}

function editAcl({ nas, json }: Call, { target: index, acl }: Ids): RestAnswer {
  const target = findTarget(nas, index);
  const row = target?.acl.find(({ initiatorIndex }) => initiatorIndex === acl);
  if (!target || !row) return fail(codes.notFound);
  return { effect: () => setInitiator(nas, target, { ...aclRow(json), iqn: row.iqn, alias: row.alias }) };
}

function map({ nas }: Call, ids: Ids): RestAnswer {
  const target = findTarget(nas, ids.target);
  const lun = findLun(nas, ids.lun);
  if (!target || !lun) return fail(codes.notFound);
  if (lun.status !== "ready") return fail(codes.busy);
  if (target.luns.some(({ lunIndex }) => lunIndex === lun.lunIndex)) return fail(codes.exists);
  return { effect: () => mapLun(nas, target, lun) };
}

const enableOrDisable = ({ json }: Call) => (truthy(json.lun_enable) ? "target.enableLun" : "target.disableLun");

function enable({ nas, json }: Call, ids: Ids): RestAnswer {
  const target = findTarget(nas, ids.target);
  const mapping = target?.luns.find(({ lunIndex }) => lunIndex === ids.lun);
  if (!target || !mapping) return fail(codes.notFound);
  return { effect: () => enableLun(nas, target, mapping, truthy(json.lun_enable)) };
}

function unmap({ nas }: Call, ids: Ids): RestAnswer {
  const target = findTarget(nas, ids.target);
  const mapping = target?.luns.find(({ lunIndex }) => lunIndex === ids.lun);
  if (!target || !mapping) return fail(codes.notFound);
  return { effect: () => unmapLun(nas, target, mapping) };
}

export const targetCalls: Record<string, RestCall> = {
  "GET iscsi/v1/targets": { run: list },
  "POST iscsi/v1/targets": { changes: "target.create", run: create },
  "DELETE iscsi/v1/targets/:target": { changes: "target.remove", run: remove },
  "PUT iscsi/v1/targets/:target/acls/:acl": { changes: "target.acl", run: editAcl },
  "POST iscsi/v1/targets/:target/luns/:lun": { changes: "target.map", run: map },
  "PUT iscsi/v1/targets/:target/luns/:lun": { changes: enableOrDisable, run: enable },
  "DELETE iscsi/v1/targets/:target/luns/:lun": { changes: "target.unmap", run: unmap },
};
