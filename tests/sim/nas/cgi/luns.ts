import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { findLun, placesOf, volumeOf } from "../model/find.ts";
import { createLun, fitsProduct, growVolume, type LunSpec, nameTaken, nextLunIndex, removeLun } from "../model/luns.ts";
import { findPool, hasRoom } from "../model/pools.ts";
import { gib, type Lun } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import { type CgiFunctions, code, select } from "./function.ts";
import { readSelectors } from "./portal.ts";
import { fields } from "./xml.ts";

/** Letters, digits, _ - . up to 64: more is not known to work (assumed). */
const goodName = /^[\w.-]{1,64}$/;

function specOf({ params }: Call): LunSpec {
  return {
    name: params.text("LUNName"),
    poolId: params.int("poolID") ?? 0,
    sizeBytes: (params.int("LUNCapacity") ?? 0) * gib,
    thin: params.text("LUNThinAllocate") === "1",
    sectorSize: params.text("LUNSectorSize") === "4096" ? 4096 : 512,
    threshold: params.int("lv_threshold") ?? 80,
    ssdCache: params.text("lv_ifssd") === "yes",
  };
}

const sectorSizeKnown = ({ params }: Call): boolean =>
  !params.has("LUNSectorSize") || ["512", "4096"].includes(params.text("LUNSectorSize"));

function addLun(call: Call): Answer {
  const { nas } = call;
  const spec = specOf(call);
  if (nameTaken(nas, spec.name)) return duplicate(nas);
  // The parameters of a file LUN are not known: refused (assumed).
  if (!goodName.test(spec.name) || call.params.text("FileIO") === "yes") return code(codes.badParameter);
  if (spec.sizeBytes <= 0 || !fitsProduct(nas, spec.sizeBytes) || !sectorSizeKnown(call)) {
    return code(codes.badParameter);
  }
  if (!findPool(nas, spec.poolId) || nas.state.luns.length >= nas.profile.limits.luns) return code(codes.failed);
  if (!spec.thin && !hasRoom(nas, spec.poolId, spec.sizeBytes)) return code(nas.quirks.get("poolFullResult"));
  const lunIndex = nextLunIndex(nas);
  const own = fields({ volumeID: nas.state.nextVolumeId });
  return { own, result: lunIndex, effect: () => createLun(nas, lunIndex, spec) };
}

function duplicate(nas: Nas): Answer {
  const answer = nas.quirks.get("duplicateLun");
  return answer === "drop" ? { crash: true } : code(Number(answer));
}

/** Full description, not a delta: what is sent replaces what was. */
function editLun({ nas, params }: Call): Answer {
  const lun = findLun(nas, params.int("LUNIndex"));
  if (!lun) return code(codes.notFound);
  const name = params.text("LUNName");
  const sizeBytes = (params.int("LUNCapacity") ?? 0) * gib;
  const renamed = name !== lun.name;
  if (!goodName.test(name) || (renamed && nameTaken(nas, name))) return code(codes.badParameter);
  if (sizeBytes < volumeOf(nas, lun).sizeBytes || !fitsProduct(nas, sizeBytes)) return code(codes.badParameter);
  return { result: 0, effect: () => applyEdit(nas, lun, name, sizeBytes) };
}

async function applyEdit(nas: Nas, lun: Lun, name: string, sizeBytes: number): Promise<void> {
  await growVolume(nas, volumeOf(nas, lun), sizeBytes);
  lun.name = name;
  volumeOf(nas, lun).label = name;
  nas.effects.add("lun.edit", lun.lunIndex, { name, sizeBytes });
  await nas.exports.sync();
}

function removeLunCall({ nas, params }: Call): Answer {
  const lun = findLun(nas, params.int("LUNIndex"));
  if (!lun) return code(nas.quirks.get("removeMissingLunResult"));
  if (lun.status === "removing") return code(0);
  if (placesOf(nas, lun.lunIndex).length > 0 || lun.status !== "ready") return code(codes.busy);
  if (lun.busyAnswers < nas.quirks.get("removeBusyTimes")) {
    lun.busyAnswers++;
    return code(codes.datasetBusy);
  }
  return { result: 0, effect: async () => removeLun(nas, lun) };
}

/** A healthy hero h5.2.9 answered lunList here with -1/-22, so it is no sign of ill health (single source). */
function lunListHere(call: Call): Answer {
  if (!call.nas.quirks.get("lunListOnLunCgiRefused")) return readSelectors.lunList(call);
  return { result: codes.failed, errorCode: -22 };
}

/** iscsi_lun_setting.cgi */
export const lunFunctions: CgiFunctions = {
  extra_get: select({ ...readSelectors, lunList: lunListHere }),
  add_lun: { changes: "lun.create", run: addLun },
  edit_lun: { changes: "lun.edit", run: editLun },
  remove_lun: { changes: "lun.remove", run: removeLunCall },
};
