import { afterAll, beforeAll, describe, vi } from "vitest";
import type { CoreProcess } from "../coreProcess.ts";
import { Lab } from "../e2e/support/lab.ts";
import type { ProfileName } from "../sim/nas/profiles.ts";
import type { NasOptions } from "../sim/nas/start.ts";
import { nasContract } from "./nas.contract.ts";

vi.setConfig({ maxConcurrency: 12 });

function holds(profile: ProfileName, options: NasOptions = {}): void {
  let lab: Lab;
  let core: CoreProcess;
  beforeAll(async () => {
    lab = await Lab.start(profile, options);
    core = await lab.connect();
  });
  afterAll(async () => {
    await core.stop();
    await lab.nas.stop();
  });
  nasContract(() => ({ lab, core, clones: profile !== "hero-h6.0" }));
}

/** One test after the other on each NAS, all of them side by side. */
function inOrder(profile: ProfileName, options?: NasOptions): void {
  describe("is a NAS", { concurrent: false }, () => holds(profile, options));
}

const profiles: ProfileName[] = ["qts-4.3.6", "qts-5.1", "qts-5.2", "qutscloud", "hero-h5.3", "hero-h6.0", "qes-2.1"];
describe.concurrent.each(profiles)("%s", (profile) => inOrder(profile));

/** Facts on which sources contradict each other, the other way round than the profile has them. */
const others: [ProfileName, NonNullable<NasOptions["quirks"]>][] = [
  ["qts-5.2", { createResult: "zero" }],
  ["qts-4.3.6", { createResult: "id" }],
  ["qts-5.2", { createAnswersEarly: false }],
  ["qts-5.2", { deleteVerb: "del_snapshots" }],
  ["qts-4.3.6", { deleteVerb: "del_snapshot" }],
  ["hero-h5.3", { deleteVerb: "both" }],
  ["qts-5.2", { multiRoot: true, cdata: "always", iqnWhitespace: true, capacityNewline: true }],
  ["qts-5.2", { cdata: "never", commonBlock: true, esRetCode: true }],
  ["qts-5.2", { snapshotStatus: "words", createTime: "epoch", snapshotDetails: true }],
  ["hero-h5.3", { snapshotDetails: true, restEmptyBody: true }],
  ["qts-5.2", { ghostRows: true, removeBusyTimes: 2, indexReuse: false }],
  ["qes-2.1", { snapshotPageSize: 7 }],
  ["qes-2.1", { snapshotPageSize: 0 }],
  ["qts-5.2", { duplicateSnapshotNames: false, forks: false }],
  ["qts-5.2", { revertKeepsNewer: false, recoverRefusedWhen: "never", lunListForms: "both" }],
];
describe.concurrent.each(others)("%s with %o", (profile, quirks) => inOrder(profile, { quirks }));
