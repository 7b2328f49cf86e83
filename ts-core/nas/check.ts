import { isCode, reasonOf } from "../errors.ts";
import type { NasCheck } from "../model.ts";
import { paths, readCgi } from "./cgi.ts";
import type { Confidence } from "./firmware.ts";
import { listLunEntries, readLun } from "./luns.ts";
import type { Measurements } from "./measured.ts";
import { firmwareName, type Nas } from "./nas.ts";
import { readRest } from "./rest.ts";
import { listSnapshots } from "./snapshots.ts";
import { listTargets } from "./targets.ts";
import { integer } from "./xml.ts";

type Finding = Omit<NasCheck, "nas" | "check">;

/** What works on this NAS, one row a check. Reads only; what cannot be read without changing something is told from the table. */
export async function* checkNas(nas: Nas, measurements: Measurements, signal: AbortSignal): AsyncGenerator<NasCheck> {
  for (const [check, look] of checks)
    yield { nas: nas.name, check, ...(await look(nas, signal, measurements).catch(asMissing)) };
}

type Check = (nas: Nas, signal: AbortSignal, measurements: Measurements) => Promise<Finding>;

const checks: readonly (readonly [string, Check])[] = [
  [
    "Firmware",
    async (nas) =>
      measured(`${firmwareName(nas)} on ${nas.identity.model}, serial number ${nas.identity.serialNumber}`),
  ],
  ["Certificate", async (nas) => certificate(nas)],
  ["LUN list", async (nas, signal) => measured(`${(await listLunEntries(nas, signal)).length} LUNs`)],
  ["LUN details", lunDetails],
  ["Targets", async (nas, signal) => measured(`${(await listTargets(nas, signal)).length} targets`)],
  ["LUN slots", lunSlots],
  ["Snapshot list", snapshotList],
  ["REST interface", restInterface],
  [
    "Snapshot creation",
    async ({ firmware }) =>
      known(
        `by ${firmware.snapshots === "rest" ? "REST" : "CGI"}, ${firmware.parallelSnapshots.count} at once`,
        firmware.parallelSnapshots.confidence,
      ),
  ],
  ["Point in time", pointInTime],
  [
    "Snapshot limits",
    async ({ firmware }) =>
      unknown(
        `the NAS does not tell; documented per LUN, by memory and model: ${firmware.snapshotLimitsPerLun.join(", ")}`,
      ),
  ],
  ["Revert", revert],
  ["Clone", clone],
];

function certificate({ session }: Nas): Finding {
  const { trust, scheme } = session.http.endpoint;
  if (scheme === "http") return { ...measured("plain HTTP: the password travels unprotected"), status: "Limited" };
  if (trust.kind === "None")
    return { ...measured("not checked: anybody in between can read the password"), status: "Limited" };
  return measured(trust.kind === "Pinned" ? "pinned by its fingerprint" : "trusted by this machine");
}

async function lunDetails(nas: Nas, signal: AbortSignal): Promise<Finding> {
  const [first] = await listLunEntries(nas, signal);
  if (!first) return unknown("no LUN to look at");
  const startMs = Date.now();
  const lun = await readLun(nas, first.lunIndex, signal);
  const naa = lun?.naa ? `NAA ${lun.naa}` : "no NAA told";
  return {
    ...measured(`LUN '${first.name}': ${naa}, read in ${Date.now() - startMs} ms`),
    status: lun?.naa ? "Works" : "Limited",
  };
}

async function lunSlots(nas: Nas, signal: AbortSignal): Promise<Finding> {
  const portal = await readCgi(
    nas.session,
    paths.portal,
    { func: "extra_get", iSCSI_portal: 1 },
    { call: "iSCSI service", signal },
  );
  const most = integer(portal, "iSCSIPortal/maxLUNCnt");
  if (most === undefined) return unknown("the NAS does not tell how many LUNs it can have");
  const used = (await listLunEntries(nas, signal)).length;
  return measured(`${most - used} of ${most} free`);
}

async function snapshotList(nas: Nas, signal: AbortSignal): Promise<Finding> {
  const [first] = await listLunEntries(nas, signal);
  const lun = first && (await readLun(nas, first.lunIndex, signal));
  if (!lun) return unknown("no LUN to look at");
  let count = 0;
  for await (const batch of listSnapshots(nas, lun, signal)) count += batch.length;
  return measured(`LUN '${lun.name}' has ${count} snapshots`);
}

async function restInterface(nas: Nas, signal: AbortSignal): Promise<Finding> {
  try {
    await readRest(nas.session, "/iscsi/v1/luns", { call: "REST LUN list", signal });
    return measured("answers");
  } catch (error) {
    if (!isCode(error, "NotSupportedByFirmware") || nas.firmware.snapshots === "rest") throw error;
    return { ...measured("not there, and not needed on this firmware"), status: "Missing" };
  }
}

async function pointInTime(nas: Nas, _: AbortSignal, measurements: Measurements): Promise<Finding> {
  const { answer, confidence } = await measurements.createAnswerIsPointInTime(nas);
  const found = await measurements.of(nas);
  const how = found
    ? ` (${found.trials} trials on ${found.timeUtc.slice(0, 10)}, answers within ${found.requestMs} ms)`
    : "";
  const details = {
    yes: `exists when the NAS has answered${how}`,
    no: `comes after the NAS has answered${how}, so a set that freezes its guests (VSS) counts as Crash`,
    unknown: `not known to exist when the NAS answers${how}, so a set that freezes its guests (VSS) counts as Crash; -ScratchLun measures it`,
  };
  const status = ({ yes: "Works", no: "Limited", unknown: "Unknown" } as const)[answer];
  return { status, detail: details[answer], confidence };
}

async function revert({ firmware }: Nas): Promise<Finding> {
  const { answer, confidence } = firmware.revertDestroysNewer;
  const detail = {
    yes: "destroys newer snapshots",
    no: "keeps newer snapshots",
    unknown: "may destroy newer snapshots (not known, so it counts as if it did)",
  }[answer];
  return { status: answer === "no" ? "Works" : "Limited", detail, confidence: marks[confidence] };
}

async function clone({ firmware }: Nas): Promise<Finding> {
  if (firmware.clone === "cgi") return known("full copy to a new LUN, by CGI", "Confirmed");
  return {
    status: "Missing",
    detail: "no call is known that makes a clone on this firmware",
    confidence: "SingleSource",
  };
}

const marks = { Confirmed: "Confirmed", SingleSource: "SingleSource", Assumed: "Assumed" } as const satisfies Record<
  Confidence,
  NasCheck["confidence"]
>;

function measured(detail: string): Finding {
  return { status: "Works", detail, confidence: "Measured" };
}

function known(detail: string, confidence: Confidence): Finding {
  return { status: "Works", detail, confidence: marks[confidence] };
}

function unknown(detail: string): Finding {
  return { status: "Unknown", detail, confidence: "Measured" };
}

function asMissing(error: unknown): Finding {
  return { status: "Missing", detail: reasonOf(error), confidence: "Measured" };
}
