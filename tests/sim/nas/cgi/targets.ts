import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { findLun, findTarget } from "../model/find.ts";
import type { Target } from "../model/state.ts";
import { createTarget, enableLun, mapLun, nextTargetIndex, removeTarget, unmapLun } from "../model/targets.ts";
import type { Nas } from "../nas.ts";
import { addInit, removeInit } from "./acl.ts";
import type { Answer } from "./answer.ts";
import { type CgiFunctions, code, select } from "./function.ts";
import { readSelectors } from "./portal.ts";

const targetName = /^[A-Za-z0-9_.-]{1,64}$/;

/** Duplicate names are accepted and get a new index (single source). */
function addTarget({ nas, params }: Call): Answer {
  const name = params.text("targetName");
  if (!targetName.test(name)) return code(codes.badParameter);
  if (nas.state.targets.length >= nas.profile.limits.targets) return code(codes.failed);
  const targetIndex = nextTargetIndex(nas);
  const spec = {
    name,
    alias: params.text("targetAlias") || name,
    clusterEnable: params.text("bTargetClusterEnable") === "1",
    dataDigest: params.text("bTargetDataDigest") === "1",
    headerDigest: params.text("bTargetHeaderDigest") === "1",
  };
  return { result: targetIndex, effect: async () => void (await createTarget(nas, targetIndex, spec)) };
}

const targetOf = ({ nas, params }: Call): Target | undefined => findTarget(nas, params.int("targetIndex"));

/** targetStatus is a command here: 0 activate, -1 deactivate. */
function editTarget(call: Call): Answer {
  const { nas, params } = call;
  const target = targetOf(call);
  if (!target) return code(codes.notFound);
  return { result: target.targetIndex, effect: () => applyEdit(nas, target, params) };
}

async function applyEdit(nas: Nas, target: Target, params: Call["params"]): Promise<void> {
  if (params.has("targetAlias")) target.alias = params.text("targetAlias");
  if (params.has("targetStatus")) target.active = params.text("targetStatus") !== "-1";
  if (params.has("bTargetClusterEnable")) target.clusterEnable = params.text("bTargetClusterEnable") === "1";
  if (params.has("bTargetDataDigest")) target.dataDigest = params.text("bTargetDataDigest") === "1";
  if (params.has("bTargetHeaderDigest")) target.headerDigest = params.text("bTargetHeaderDigest") === "1";
  nas.effects.add("target.edit", target.targetIndex, { active: target.active });
  await nas.exports.sync();
}

function removeTargetCall(call: Call): Answer {
  const target = targetOf(call);
  if (!target) return code(codes.notFound);
  const result = call.nas.quirks.get("removeTargetResult") === "index" ? target.targetIndex : 0;
  return { result, effect: () => removeTarget(call.nas, target) };
}

function map(call: Call): Answer {
  const { nas, params } = call;
  const target = targetOf(call);
  const lun = findLun(nas, params.int("LUNIndex"));
  if (!target || !lun) return code(codes.notFound);
  if (lun.status !== "ready") return code(codes.busy);
  if (target.luns.some((mapping) => mapping.lunIndex === lun.lunIndex)) return code(codes.failed);
  return { result: mapResult(nas, target), effect: () => mapLun(nas, target, lun) };
}

const mapResult = (nas: Nas, target: Target): number =>
  nas.quirks.get("mapResult") === "index" ? target.targetIndex : 0;

const enableOrDisable = ({ params }: Call) =>
  params.text("LUNEnable") === "1" ? "target.enableLun" : "target.disableLun";

function enable(call: Call): Answer {
  const target = targetOf(call);
  const mapping = target?.luns.find((other) => other.lunIndex === call.params.int("LUNIndex"));
  if (!target || !mapping) return code(codes.notFound);
  const enabled = call.params.text("LUNEnable") === "1";
  return { result: mapResult(call.nas, target), effect: () => enableLun(call.nas, target, mapping, enabled) };
}

function unmap(call: Call): Answer {
  const target = targetOf(call);
  const mapping = target?.luns.find((other) => other.lunIndex === call.params.int("LUNIndex"));
  if (!target || !mapping) return code(codes.notFound);
  return { result: mapResult(call.nas, target), effect: () => unmapLun(call.nas, target, mapping) };
}

/** iscsi_target_setting.cgi; add_lun, edit_lun, remove_lun mean map, enable, unmap here. */
export const targetFunctions: CgiFunctions = {
  extra_get: select(readSelectors),
  add_target: { changes: "target.create", run: addTarget },
  edit_target: { changes: "target.edit", run: editTarget },
  remove_target: { changes: "target.remove", run: removeTargetCall },
  add_lun: { changes: "target.map", run: map },
  edit_lun: { changes: enableOrDisable, run: enable },
  remove_lun: { changes: "target.unmap", run: unmap },
  add_init: { changes: "target.acl", run: addInit },
  edit_init: { changes: "target.acl", run: addInit },
  remove_init: { changes: "target.acl", run: removeInit },
};
