import { paths, writeCgi } from "./cgi.ts";
import { refusal } from "./codes.ts";
import type { Nas } from "./nas.ts";
import { type RestRequest, rest } from "./rest.ts";

/** One LUN on one target. */
interface Place {
  lunIndex: number;
  targetIndex: number;
}

/** A change of a place, in the words of both interfaces. */
interface Change {
  call: string;
  method: RestRequest["method"];
  body?: object;
  func: string;
  parameters?: Record<string, number>;
}

/**
 * Puts a LUN on a target. The NAS chooses the LUN number, and tells neither it nor whether the LUN is shown at once (confirmed for
 * most, not so on h6): both are to be read back.
 */
export function mapLun(nas: Nas, lunIndex: number, targetIndex: number): Promise<void> {
  return change(nas, { lunIndex, targetIndex }, { call: "map LUN", method: "POST", func: "add_lun" });
}

/** Shows the LUN on a target, or hides it there. The mapping, and with it the LUN number, stays. */
export function setLunEnabled(nas: Nas, lunIndex: number, targetIndex: number, enabled: boolean): Promise<void> {
  return change(
    nas,
    { lunIndex, targetIndex },
    {
      call: enabled ? "enable LUN" : "disable LUN",
      method: "PUT",
      body: { lun_enable: enabled },
      func: "edit_lun",
      parameters: { LUNEnable: enabled ? 1 : 0 },
    },
  );
}

/** Takes the LUN off a target. */
export function unmapLun(nas: Nas, lunIndex: number, targetIndex: number): Promise<void> {
  return change(nas, { lunIndex, targetIndex }, { call: "unmap LUN", method: "DELETE", func: "remove_lun" });
}

async function change(nas: Nas, { lunIndex, targetIndex }: Place, how: Change): Promise<void> {
  const { call, method, body, func, parameters } = how;
  if (nas.firmware.lunWrites === "rest") {
    const path = `/iscsi/v1/targets/${targetIndex}/luns/${lunIndex}`;
    const answer = await rest(nas.session, { method, path, ...(body && { body }) }, { call, write: true });
    if (answer.errorCode !== 0) throw refusal(nas.name, call, answer.errorCode, answer.errorMessage);
    return;
  }
  const form = { func, LUNIndex: lunIndex, targetIndex, ...parameters };
  const { result } = await writeCgi(nas.session, paths.target, form, { call });
  if (result < 0) throw refusal(nas.name, call, result);
}
