import type { VMwarePolicy, VMwareSetting } from "../model.ts";
import { normalFingerprint } from "../net/trust.ts";
import type { SettingRequest } from "../operations/setVMwareSetting.ts";
import type { StoredVCenter } from "../state/settings.ts";

/** ESXi works on eight snapshots or so at a time; more only wait there, with their guests held. */
const defaultPolicy: VMwarePolicy = {
  snapshotMethod: "QuiesceOrFallback",
  includeVM: [],
  includeTag: [],
  excludeVM: [],
  excludeTag: [],
  methodOverride: [],
  tagMethodOverride: [],
  ruleVerdict: {},
  maxPerHost: 8,
  maxPerVCenter: 32,
  snapshotTimeoutSeconds: 300,
  totalTimeoutSeconds: 900,
  guestShutdownSeconds: 300,
};

const unset = {
  ...defaultPolicy,
  port: 443,
  userName: "",
  trust: "System" as const,
  certificateThumbprint: null,
  instanceUuid: null,
};

/** What an older version did not store has its default. */
export function whole(stored: StoredVCenter): StoredVCenter {
  return { ...unset, ...stored };
}

/** What is not given stays as it was. */
export function changed(
  before: StoredVCenter | undefined,
  request: SettingRequest,
  sealedPassword: string,
): StoredVCenter {
  const { password, retryRefusedPassword, certificateThumbprint, skipCertificateCheck, ...given } = request;
  return { ...unset, ...before, ...given, ...trustGiven(request), sealedPassword };
}

function trustGiven({
  certificateThumbprint,
  skipCertificateCheck,
}: SettingRequest): Partial<Pick<VMwareSetting, "trust" | "certificateThumbprint">> {
  if (certificateThumbprint !== undefined)
    return { trust: "Pinned", certificateThumbprint: normalFingerprint(certificateThumbprint) };
  if (skipCertificateCheck === undefined) return {};
  return { trust: skipCertificateCheck ? "None" : "System", certificateThumbprint: null };
}

/** Without what nobody is shown. */
export function rowOf({ sealedPassword, instanceUuid, ...row }: StoredVCenter): VMwareSetting {
  return row;
}
