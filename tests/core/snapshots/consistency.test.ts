import { expect, test } from "vitest";
import { worstOf } from "../../../ts-core/snapshots/consistency.ts";

test("a LUN snapshot is as good as its worst VM", () => {
  expect(worstOf(["Application", "PoweredOff"])).toBe("Application");
  expect(worstOf(["Application", "Memory", "FileSystem"])).toBe("FileSystem");
  expect(worstOf(["Crash", "Unverified", "Memory"])).toBe("Unverified");
  expect(worstOf([])).toBe("PoweredOff");
});
