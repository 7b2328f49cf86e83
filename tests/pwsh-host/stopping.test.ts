import { expect, it } from "vitest";
import { outcomeOf, startPwsh } from "./run.ts";

const waits =
  "try { [Console]::Out.WriteLine('started'); Start-Sleep 60 } finally { [Console]::Out.WriteLine('finally'); [Console]::Out.Flush() }; 'not reached'";

it("Ctrl-C stops the pipeline, and finally blocks run", async () => {
  const child = startPwsh(["-Command", waits]);
  const outcome = outcomeOf(child);
  child.stdout?.on("data", (text: string) => {
    if (text.includes("started")) {
      child.kill("SIGINT");
    }
  });
  const { stdout } = await outcome;
  expect(stdout.trim().split("\n")).toEqual(["started", "finally"]);
});
