import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest, in this order: begun first, so that the workers end together. */
const longest = [
  "e2e/vmware-kill",
  "e2e/faults",
  "e2e/kill",
  "wine/vssRandom",
  "e2e/windows-kill",
  "core/vss/serve",
  "e2e/vmware-loss",
  "wine/vssProviderCore",
  "e2e/windows-paths",
  "e2e/windows-snapshot-kill",
  "e2e/kill-again",
  "e2e/kill-politely",
  "core/vss/preparedSet",
  "e2e/fault-lies",
  "e2e/vss-kill",
  "e2e/kill-mount",
  "e2e/scratchLun",
  "e2e/vmware-two",
];

function rank({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`));
  return at < 0 ? longest.length : at;
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
