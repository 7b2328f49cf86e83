import { printable, QnapError } from "../errors.ts";

/**
 * What a negative `result` means. Sources: qts-api.md 4.4. Most are documented but unmeasured; -34, -200005, -205041 and
 * -206021 come from vendor code.
 */
const meanings: Record<number, string> = {
  [-1]: "unspecified failure",
  [-3]: "open failed",
  [-4]: "read failed",
  [-5]: "write failed",
  [-6]: "object not found",
  [-9]: "buffer too small",
  [-10]: "out of memory",
  [-12]: "object not found",
  [-13]: "bad parameter",
  [-14]: "the LUN could not be taken out of use (still mapped or in use)",
  [-17]: "already exists",
  [-22]: "already exists, or the session was not accepted",
  [-29]: "no such volume",
  [-34]: "busy",
  [-37]: "volume configuration failed",
  [-103]: "the safety snapshot failed",
  [-618]: "a clone depends on it",
  [-619]: "a newer snapshot has a clone",
  [-200005]: "LUN or share missing",
  [-205041]: "dataset busy",
  [-206021]: "snapshot missing",
};

export const snapshotMissing = new Set([-206021, -200005]);
export const busy = new Set([-34, -205041]);
export const mapped = -14;
export const hasClone = new Set([-618, -619]);

/** The error for a refusal: the NAS answered, and the answer was no. */
export function refusal(nas: string, call: string, result: number, message?: string): QnapError {
  if (busy.has(result)) return new QnapError("NasBusy", { nas, call, result });
  return new QnapError("NasError", {
    nas,
    call,
    result,
    reason: printable(message ?? "").trim() || meanings[result] || "the NAS does not say why",
  });
}
