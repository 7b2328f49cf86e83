import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest, in this order: begun first, so that the workers end together. */
const longest = [
  "kill",
  "vmware-kill",
  "faults",
  "vmware-loss",
  "kill-again",
  "kill-mount",
  "kill-politely",
  "kill-shared",
];

function rank({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((name) => moduleId.endsWith(`/e2e/${name}.test.ts`));
  return at < 0 ? longest.length : at;
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
