import { beforeAll, expect, it } from "vitest";
import { type Answer, evaluate } from "./run.ts";

/** What it shows, the expression, and the objects it must give; or `{ error }`, the id it must end with. */
export type Case = readonly [name: string, expression: string, expected: readonly unknown[] | { error: string }];

/** One test a case, all of them answered by one process. */
export function testCases(cases: readonly Case[], setUp = ""): void {
  let answers: Answer[] = [];
  beforeAll(async () => {
    answers = await evaluate(
      cases.map(([, expression]) => expression),
      setUp,
    );
  });
  it.each(cases.map(([name, , expected], index) => [name, expected, index] as const))("%s", (_, expected, index) => {
    expect(answers[index]).toEqual(Array.isArray(expected) ? { value: expected } : expected);
  });
}
