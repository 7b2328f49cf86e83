import type { Call } from "../http/call.ts";
import { findTarget } from "../model/find.ts";
import { iqnPrefix } from "../model/targets.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import { type CgiFunctions, select } from "./function.ts";
import { lunFields, lunInfo, shortLunFields } from "./lunRows.ts";
import { aclRows, targetInfo, targetList, targetOfInitiator } from "./targetRows.ts";
import { type Element, el, fields } from "./xml.ts";

function portalElement(nas: Nas): Element {
  const port = nas.exports.backend.portals[0]?.split(":")[1] ?? "3260";
  const texts = {
    bServiceEnable: "1",
    servicePort: port,
    targetIQNPrefix: iqnPrefix(nas),
    targetIQNPostfix: `.${nas.state.iqnPostfix}`,
  };
  const { luns, targets, lunTb } = nas.profile.limits;
  return el("iSCSIPortal", fields({ ...texts, maxLUNCnt: luns, maxTargetCnt: targets, maxISCSILunSize: lunTb }));
}

function portal({ nas }: Call): Answer {
  const own = [portalElement(nas)];
  return nas.quirks.get("portalWithoutResult") ? { own } : { own, result: 0 };
}

function lunListElement(nas: Nas): Element {
  return el(
    "iSCSILUNList",
    nas.state.luns.map((lun) => el("LUNInfo", lunFields(nas, lun))),
  );
}

/** A form that this firmware does not know answers with neither rows nor result. */
export function lunList({ nas }: Call): Answer {
  return nas.quirks.get("lunListForms") === "extra_lun_index" ? {} : { own: [lunListElement(nas)], result: 0 };
}

export function lunIndexList({ nas }: Call): Answer {
  if (nas.quirks.get("lunListForms") === "lunList") return {};
  const rows = nas.state.luns.map((lun) => el("row", shortLunFields(nas, lun)));
  return { own: [el("LUNInfo", rows)], result: 0 };
}

/** Portal, access lists, targets and LUNs in one answer. */
async function getAll({ nas }: Call): Promise<Answer> {
  const acl = nas.state.targets.map((target) =>
    el("row", [...fields({ targetIndex: target.targetIndex }), ...aclRows(target)]),
  );
  const targets = (await targetList(nas)).own ?? [];
  const luns = lunListElement(nas);
  const shown = nas.quirks.get("getAllStatusZero") ? withStatusZero(luns) : luns;
  return { own: [portalElement(nas), el("targetACL", acl), ...targets, shown], result: 0 };
}

/** Some firmware's get_all means something else by LUNStatus: 0 is a LUN that is fine (single source). */
function withStatusZero(element: Element): Element {
  if (element.name === "LUNStatus") return Number(element.content) > 0 ? el("LUNStatus", "0") : element;
  return Array.isArray(element.content) ? { ...element, content: element.content.map(withStatusZero) } : element;
}

export const readSelectors = {
  iSCSI_portal: portal,
  lunList,
  extra_lun_index: lunIndexList,
  lun_info: ({ nas, params }: Call) => lunInfo(nas, params.int("lunID")),
  targetList: ({ nas }: Call) => targetList(nas),
  targetInfo: ({ nas, params }: Call) => targetInfo(nas, findTarget(nas, params.int("targetIndex"))),
  initiatorIQN: ({ nas, params }: Call) => targetOfInitiator(nas, params.text("initiatorIQN")),
};

/** iscsi_portal_setting.cgi: every iSCSI read. */
export const portalFunctions: CgiFunctions = {
  extra_get: select(readSelectors),
  get_all: { run: getAll },
};
