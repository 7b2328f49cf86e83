import type { QuirkOverrides } from "./quirks.ts";

export type ProfileName = "qts-4.3.6" | "qts-5.1" | "qts-5.2" | "qutscloud" | "hero-h5.3" | "hero-h6.0" | "qes-2.1";
export type Family = "qts" | "hero" | "qes";

export interface Profile {
  family: Family;
  model: { name: string; display: string; platform: string; storageV2: 0 | 1; isZfs?: 0 | 1 };
  firmware: { name: string; version: string; number: string; build: string };
  limits: { luns: number; targets: number; lunTb: number; snapshotsPerNas: number; snapshotsPerLun: number };
  /** Where this firmware differs from the defaults in quirks.ts. */
  quirks: QuirkOverrides;
}

const qtsLimits = { luns: 128, targets: 128, lunTb: 250, snapshotsPerNas: 1024, snapshotsPerLun: 256 };
const heroLimits = { luns: 255, targets: 255, lunTb: 1000, snapshotsPerNas: 65536, snapshotsPerLun: 65536 };

const modern: QuirkOverrides = {
  anonymousDescribe: "minimal",
  twoStepField: "need_2_step_verification",
  lunListForms: "extra_lun_index",
  deleteVerb: "del_snapshot",
  createResult: "id",
  mapResult: "index",
  removeMissingLunResult: -1,
  duplicateLun: "-22",
  bogusInitiatorAccepted: false,
  iqnActiveAttribute: false,
  portalWithoutResult: false,
};

const hero: QuirkOverrides = {
  ...modern,
  rest: true,
  createResult: "zero",
  parallelSnapshots: 16,
  createSnapshotMs: 1000,
  deleteSnapshotMs: 3000,
  recoverMs: 10000,
  revertKeepsNewer: false,
  // A plug-in in use reverts hero LUNs that stay mapped and logged in (single source).
  recoverRefusedWhen: "never",
  instantClone: true,
  removeLunLeavesVolume: true,
  capacityNewline: false,
  sidBoundToPort: false,
  lunListOnLunCgiRefused: true,
  snapshotReserveGiB: 32,
};

export const profiles: Record<ProfileName, Profile> = {
  "qts-4.3.6": {
    family: "qts",
    model: { name: "TS-X53", display: "TS-453B", platform: "TS-NASX86", storageV2: 1 },
    firmware: { name: "QTS", version: "4.3.6", number: "1711", build: "20210621" },
    limits: qtsLimits,
    quirks: { sidBoundToPort: false },
  },
  "qts-5.1": {
    family: "qts",
    model: { name: "TS-X73A", display: "TS-873A", platform: "TS-NASX86", storageV2: 1, isZfs: 0 },
    firmware: { name: "QTS", version: "5.1.9", number: "2954", build: "20241120" },
    limits: qtsLimits,
    quirks: { ...modern, multiRoot: true, iqnWhitespace: true },
  },
  "qts-5.2": {
    family: "qts",
    model: { name: "TS-X53E", display: "TS-453E", platform: "TS-NASX86", storageV2: 1, isZfs: 0 },
    firmware: { name: "QTS", version: "5.2.9", number: "3451", build: "20260317" },
    limits: qtsLimits,
    quirks: { ...modern, poolCalls404: true, getAllStatusZero: true },
  },
  qutscloud: {
    family: "qts",
    model: { name: "QUTSCLOUD", display: "QuTScloud", platform: "QUTSCLOUD", storageV2: 1, isZfs: 0 },
    firmware: { name: "QuTScloud", version: "5.1.9", number: "2957", build: "20241202" },
    limits: qtsLimits,
    quirks: { ...modern, ghostRows: true },
  },
  "hero-h5.3": {
    family: "hero",
    model: { name: "TS-X73A", display: "TS-873A", platform: "TS-NASX86", storageV2: 1, isZfs: 1 },
    firmware: { name: "QuTS hero", version: "h5.3.4", number: "3500", build: "20260520" },
    limits: heroLimits,
    quirks: hero,
  },
  "hero-h6.0": {
    family: "hero",
    model: { name: "TVS-HX74", display: "TVS-h874", platform: "TS-NASX86", storageV2: 1, isZfs: 1 },
    firmware: { name: "QuTS hero", version: "h6.0.1", number: "3600", build: "20260901" },
    limits: heroLimits,
    quirks: { ...hero, cgiWrites: "none", mapEnables: false, restEmptyBody: true },
  },
  "qes-2.1": {
    family: "qes",
    model: { name: "ES1640dc", display: "ES1640dc", platform: "ES-NASX86", storageV2: 1 },
    firmware: { name: "QES", version: "2.1.1", number: "0400", build: "20200205" },
    limits: { luns: 255, targets: 255, lunTb: 250, snapshotsPerNas: 65536, snapshotsPerLun: 65536 },
    quirks: {
      sidBoundToPort: false,
      removeTargetResult: "zero",
      duplicateLun: "-22",
      removeMissingLunResult: -1,
      removeBusyTimes: 1,
      snapshotPageSize: 100,
      esRetCode: true,
      capacityNewline: false,
      deleteSnapshotMs: 3000,
      parallelSnapshots: 4,
    },
  },
};
