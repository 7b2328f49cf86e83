import type { Initiator } from "../model.ts";
import { paths, readCgi } from "./cgi.ts";
import type { Nas } from "./nas.ts";
import { all, integer, text, type XmlNode } from "./xml.ts";

export interface NasTarget {
  targetIndex: number;
  name: string;
  iqn: string;
  initiators: Initiator[];
}

/** Every target with who is logged in to it, in one call. */
export async function listTargets(nas: Nas, signal?: AbortSignal): Promise<NasTarget[]> {
  const answer = await readCgi(
    nas.session,
    paths.portal,
    { func: "extra_get", targetList: 1 },
    { call: "target list", signal },
  );
  return all(answer, "iSCSITargetList/targetInfo").flatMap(readTarget);
}

function readTarget(row: XmlNode): NasTarget[] {
  const targetIndex = integer(row, "targetIndex");
  if (targetIndex === undefined) return [];
  // An IQN can come wrapped over lines.
  const iqn = (text(row, "targetIQN") ?? "").replace(/\s+/g, "");
  const initiators = all(row, "initiatorConnList/initiatorConnInfo").map((connection) => ({
    iqn: (text(connection, "initiatorIQN") ?? "").replace(/\s+/g, ""),
    address: text(connection, "IP") ?? "",
    targetIqn: iqn,
  }));
  return [
    { targetIndex, name: text(row, "targetName") ?? "", iqn, initiators: initiators.filter(({ iqn }) => iqn !== "") },
  ];
}
