import { Type } from "typebox";
import { Lun, SnapshotRef } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { createClone } from "../snapshots/clone.ts";

export default operation({
  summary: "Makes a new LUN with the content of a snapshot, beside the original and on no target.",
  params: Type.Object(
    { snapshot: SnapshotRef, name: Type.String({ pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$" }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ operationId: Type.String(), lun: Lun }),
  handle: createClone,
});
