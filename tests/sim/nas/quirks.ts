import { type ProfileName, profiles } from "./profiles.ts";

/** confirmed: two or more independent sources; single source: one; assumed: documented but never run, or our choice. */
export type Confidence = "confirmed" | "single source" | "assumed";
export interface Quirk<T> {
  default: T;
  choices?: readonly T[];
  confidence: Confidence;
  text: string;
}

function quirk<T>(value: T, confidence: Confidence, text: string): Quirk<T> {
  return { default: value, confidence, text };
}
function onOff(value: boolean, confidence: Confidence, text: string): Quirk<boolean> {
  return quirk<boolean>(value, confidence, text);
}
function amount(value: number, confidence: Confidence, text: string): Quirk<number> {
  return quirk<number>(value, confidence, text);
}
function oneOf<const C extends readonly string[]>(choices: C, confidence: Confidence, text: string): Quirk<C[number]> {
  return { default: choices[0] as C[number], choices, confidence, text };
}

export const quirks = {
  // Session
  sidTtlSeconds: amount(1800, "assumed", "an idle session ends after this long; each call counts as activity"),
  sidBoundToPort: onOff(true, "single source", "a sid works only on the port it was issued on (others: errorcode -22)"),
  anonymousDescribe: oneOf(["full", "minimal"], "single source", "what authLogin.cgi tells a caller without a session"),
  lockoutAfter: amount(5, "assumed", "wrong log-ins from one address until it is refused; 0 = never"),
  lockoutMinutes: amount(5, "assumed", "how long a refused address stays refused"),
  twoStepField: oneOf(
    ["need_2sv", "need_2_step_verification"],
    "confirmed",
    "the element that asks for the second step",
  ),
  lostPhone: amount(1, "confirmed", "other second step offered: 1 e-mail, 2 question, 3 none, -1 over limit"),
  forceTwoStep: onOff(
    false,
    "single source",
    "2SV is mandatory and the account not enrolled: nobody without it gets in",
  ),
  passwordExpired: onOff(false, "confirmed", "the password must be changed first: user_pw_expiry=1 and no session"),
  redirectToHttps: onOff(false, "single source", "plain HTTP answers 302 to the HTTPS port"),

  // Shape of the XML
  cdata: oneOf(["mixed", "always", "never"], "confirmed", "CDATA and bare text in one answer"),
  multiRoot: onOff(false, "assumed", "lists come without QDocRoot, several root elements side by side"),
  capacityNewline: onOff(true, "single source", "LUNCapacity ends with a line feed"),
  iqnWhitespace: onOff(false, "assumed", "an IQN is wrapped over lines"),
  iqnActiveAttribute: onOff(true, "single source", 'targetIQN carries active="1"'),
  esRetCode: onOff(false, "single source", "snapshot.cgi answers also carry ES_RET_CODE"),
  commonBlock: onOff(true, "confirmed", "storage answers begin with the model and firmware block"),
  portalWithoutResult: onOff(true, "single source", "the portal answer has no result element"),

  // LUNs
  lunListForms: oneOf(["lunList", "extra_lun_index", "both"], "confirmed", "which list selector is understood"),
  lunListOnLunCgiRefused: onOff(false, "single source", "lunList on iscsi_lun_setting.cgi: result -1, errorcode -22"),
  getAllStatusZero: onOff(false, "single source", "get_all shows LUNStatus 0 for a LUN that is ready"),
  indexReuse: onOff(true, "confirmed", "a new LUN or target takes the lowest free index"),
  ghostRows: onOff(false, "confirmed", "a removed index still answers: empty name, capacity 0, status -2, result 0"),
  naaDelayMs: amount(3000, "confirmed", "LUNNAA is empty this long after creation"),
  createLunMs: amount(4000, "single source", "a new LUN is busy (status 0) this long"),
  removeLunMs: amount(5000, "confirmed", "a removed LUN is listed as removing this long"),
  removeBusyTimes: amount(0, "confirmed", "remove_lun answers -205041 this many times first"),
  removeMissingLunResult: amount(0, "confirmed", "remove_lun of an index that does not exist"),
  duplicateLun: oneOf(["drop", "-22", "-17"], "single source", "duplicate LUN name: the CGI crashes, or a code"),
  removeLunLeavesVolume: onOff(false, "single source", "removing the LUN orphans its volume (lun_index -1)"),
  cgiWrites: oneOf(["all", "snapshots", "none"], "single source", "which changing CGI calls are not refused with -1"),
  poolCalls404: onOff(false, "single source", "pool calls of disk_manage.cgi answer 404"),

  // Targets
  iqnDelayMs: amount(2000, "single source", "a new target has no IQN yet"),
  removeTargetResult: oneOf(["index", "zero"], "confirmed", "result of remove_target"),
  mapResult: oneOf(["zero", "index"], "single source", "result of mapping a LUN"),
  mapEnables: onOff(true, "confirmed", "a mapped LUN is enabled at once"),
  defaultAcl: onOff(true, "confirmed", "a new target lets every initiator in by a default policy row"),
  bogusInitiatorAccepted: onOff(true, "single source", "ACL calls on initiators or targets that do not exist succeed"),
  chapSecretChecked: onOff(true, "single source", "a CHAP secret outside 12 to 16 characters is refused (-13)"),

  // Snapshots
  createResult: oneOf(["zero", "id"], "assumed", "result of create_snapshot; sources contradict"),
  createAnswersEarly: onOff(true, "assumed", "create answers before the point in time exists; the row comes later"),
  createSnapshotMs: amount(2000, "assumed", "from the call to the point in time"),
  deleteVerb: oneOf(["del_snapshots", "del_snapshot", "both"], "single source", "the delete call that is understood"),
  deleteSnapshotMs: amount(20000, "confirmed", "a deleted snapshot is listed as removing this long"),
  deleteIgnoredWithClone: onOff(
    true,
    "single source",
    "delete answers success and does nothing while an instant clone lives",
  ),
  duplicateSnapshotNames: onOff(true, "assumed", "two snapshots of a LUN may bear one name; off: -22"),
  snapshotPageSize: amount(0, "single source", "rows in an answer without snap_count; 0 = all, and paging is ignored"),
  snapshotDetails: onOff(false, "assumed", "the CGI list also shows vital, expire_min, snapshot_type and description"),
  snapshotStatus: oneOf(["number", "words"], "assumed", "status as 0/1 or as Ready/Removing..."),
  createTime: oneOf(["ctime", "epoch"], "confirmed", "create_time as local ctime without a zone, or as epoch seconds"),
  vitalExpires: onOff(false, "assumed", "expire_min also removes vital snapshots"),
  limitRecycles: onOff(false, "assumed", "at the limit the oldest snapshot that is not vital is removed silently"),
  snapshotLimitResult: amount(
    0,
    "assumed",
    "create_snapshot over the limit (0 and no snapshot: success only if one looks away)",
  ),
  poolFullResult: amount(-1, "assumed", "create calls on a full pool"),
  snapshotReserveGiB: amount(0, "single source", "free pool space that a snapshot needs"),
  cloneMs: amount(10000, "assumed", "a full-copy clone takes this long"),
  instantCloneMs: amount(1000, "assumed", "an instant clone takes this long"),
  instantClone: onOff(false, "single source", "instant_clone_qsnapshot is known"),
  cloneWithoutPoolIsInstant: onOff(
    false,
    "assumed",
    "clone_qsnapshot without poolID makes an instant clone; sources contradict",
  ),
  forks: onOff(true, "assumed", "clone and revert answer fork=1 and go on in the background"),
  recoverMs: amount(30000, "assumed", "a revert takes this long"),
  recoverRefusedWhen: oneOf(
    ["connected", "enabled", "mapped", "never"],
    "single source",
    "revert answers -14 while the LUN is so",
  ),
  revertKeepsNewer: onOff(true, "assumed", "a revert leaves newer snapshots alone (hero destroys them: single source)"),
  revertChangesNaa: onOff(false, "assumed", "a revert gives the LUN another NAA"),
  volumeDeleteCascades: onOff(false, "assumed", "deleting a volume over REST takes its snapshots along"),

  // Pace
  parallelSnapshots: amount(
    1,
    "assumed",
    "snapshot creations the NAS does at once; others queue (1: behind every write)",
  ),
  latencyMs: amount(0, "assumed", "added to every call"),
  latencyPerLunMs: amount(0, "single source", "added to every storage call for each LUN on the NAS"),
  timeScale: amount(0.02, "assumed", "every ...Ms above except latency is multiplied by this; 1 = as slow as reported"),

  // REST
  rest: onOff(false, "single source", "/api exists"),
  restEmptyBody: onOff(false, "single source", "a changing REST call without data answers an empty body"),
} as const satisfies Record<string, Quirk<boolean> | Quirk<number> | Quirk<string>>;

export type QuirkName = keyof typeof quirks;
export type QuirkValue<N extends QuirkName> = (typeof quirks)[N] extends Quirk<infer T> ? T : never;
export type QuirkOverrides = { [N in QuirkName]?: QuirkValue<N> };

export class Quirks {
  readonly #values = new Map<string, unknown>();

  constructor(profile: ProfileName) {
    for (const [name, { default: value }] of Object.entries(quirks)) this.#values.set(name, value);
    for (const [name, value] of Object.entries(profiles[profile].quirks)) this.#values.set(name, value);
  }

  get<N extends QuirkName>(name: N): QuirkValue<N> {
    return this.#values.get(name) as QuirkValue<N>;
  }

  /** Accepts what a command line or JSON gives; throws with the reason when it does not fit. */
  set(name: string, given: unknown): void {
    this.#values.set(name, parse(name, given));
  }

  /** A duration quirk in simulated milliseconds. */
  pace(name: QuirkName & `${string}Ms`): number {
    return this.get(name) * this.get("timeScale");
  }

  all(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }
}

function parse(name: string, given: unknown): unknown {
  const spec = (quirks as Record<string, Quirk<unknown>>)[name];
  if (!spec) throw new Error(`unknown quirk ${name}`);
  if (typeof spec.default === "boolean") return parseSwitch(name, given);
  if (typeof spec.default === "number") return parseNumber(name, given);
  if (!spec.choices?.includes(given)) throw new Error(`${name} is one of ${spec.choices?.join(", ")}`);
  return given;
}

function parseSwitch(name: string, given: unknown): boolean {
  if (given === true || given === "on") return true;
  if (given === false || given === "off") return false;
  throw new Error(`${name} is on or off`);
}

function parseNumber(name: string, given: unknown): number {
  const value = Number(given);
  if (given === "" || !Number.isFinite(value)) throw new Error(`${name} is a number`);
  return value;
}

/** Every quirk with its defaults, for --list-quirks. */
export function listQuirks() {
  return Object.entries(quirks).map(([name, spec]) => ({
    name,
    confidence: spec.confidence,
    text: spec.text,
    default: spec.default,
    ...("choices" in spec && { choices: spec.choices }),
    profiles: differing(name as QuirkName),
  }));
}

function differing(name: QuirkName): Record<string, unknown> {
  const rows = Object.entries(profiles).map(([profile, { quirks: own }]) => [profile, own[name]] as const);
  return Object.fromEntries(rows.filter(([, value]) => value !== undefined));
}
