import { Type } from "typebox";
import { SnapshotRef } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { removeSnapshot } from "../snapshots/remove.ts";

export default operation({
  summary: "Removes a snapshot that QnapSnapshot made, and waits until it is gone.",
  params: Type.Object(
    {
      snapshot: SnapshotRef,
      force: Type.Optional(
        Type.Boolean({ description: "Also where only the name, but no record on this machine, says that it is ours." }),
      ),
      planOnly: Type.Optional(Type.Boolean({ description: "Look whether it would be removed, change nothing." })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({
    operationId: Type.Union([Type.String(), Type.Null()], { description: "Null with planOnly." }),
    snapshot: Type.String(),
  }),
  handle: removeSnapshot,
});
