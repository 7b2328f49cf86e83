import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { findTarget } from "../model/find.ts";
import { defaultInitiator, type Initiator, type Target } from "../model/state.ts";
import { removeInitiator, setInitiator } from "../model/targets.ts";
import type { Answer } from "./answer.ts";
import { code } from "./function.ts";

/** By targetIQN and initiatorIQN, or by targetIndex and initiatorIndex (0 = default policy): both forms are in use. */
function targetOf({ nas, params }: Call): Target | undefined {
  if (!params.has("targetIQN")) return findTarget(nas, params.int("targetIndex"));
  return nas.state.targets.find((target) => target.iqn === params.text("targetIQN"));
}

function rowOf(target: Target, { params }: Call): Initiator | undefined {
  if (params.has("initiatorIQN")) return target.acl.find((row) => row.iqn === params.text("initiatorIQN"));
  return target.acl.find((row) => row.initiatorIndex === params.int("initiatorIndex"));
}

function account(call: Call, prefix: "CHAP" | "mutualCHAP"): { user: string; password: string } | undefined {
  const flag = prefix === "CHAP" ? "bCHAPEnable" : "bMutualCHAPEnable";
  if (call.params.text(flag) !== "1") return undefined;
  return { user: call.params.text(`${prefix}UserName`), password: call.params.text(`${prefix}Passwd`) };
}

function isGood(call: Call, chap: { user: string; password: string } | undefined): boolean {
  if (!chap || !call.nas.quirks.get("chapSecretChecked")) return true;
  return /^[A-Za-z0-9]+$/.test(chap.user) && chap.password.length >= 12 && chap.password.length <= 16;
}

export function addInit(call: Call): Answer {
  const { nas, params } = call;
  const target = targetOf(call);
  if (!target) return code(nas.quirks.get("bogusInitiatorAccepted") ? 0 : codes.notFound);
  const chap = account(call, "CHAP");
  const mutualChap = account(call, "mutualCHAP");
  if (!isGood(call, chap) || !isGood(call, mutualChap) || (mutualChap && !chap)) return code(codes.badParameter);
  const iqn = params.text("initiatorIQN") || rowOf(target, call)?.iqn || defaultInitiator;
  const alias = params.text("initiatorAlias") || iqn;
  const row = { iqn, alias, ...(chap && { chap }), ...(mutualChap && { mutualChap }) };
  return { result: 0, effect: () => setInitiator(nas, target, row) };
}

export function removeInit(call: Call): Answer {
  const target = targetOf(call);
  const row = target && rowOf(target, call);
  if (!target || !row) return code(call.nas.quirks.get("bogusInitiatorAccepted") ? 0 : codes.notFound);
  return { result: 0, effect: () => removeInitiator(call.nas, target, row) };
}
