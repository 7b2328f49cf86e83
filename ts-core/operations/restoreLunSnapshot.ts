import { Type } from "typebox";
import { RestorePlan, SnapshotRef } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { restoreSnapshot } from "../snapshots/restore.ts";

export default operation({
  summary: "Reverts a LUN to one of its snapshots: plan, safety copy, disable, revert, check, enable.",
  params: Type.Object(
    {
      snapshot: SnapshotRef,
      safetyCopy: Type.Union([
        Type.Literal("Auto"),
        Type.Literal("Snapshot"),
        Type.Literal("Clone"),
        Type.Literal("None"),
      ]),
      destroyNewerSnapshots: Type.Optional(Type.Boolean()),
      force: Type.Optional(Type.Boolean({ description: "Initiators that are logged in do not stop it." })),
      planOnly: Type.Optional(Type.Boolean({ description: "Look, plan, change nothing." })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({
    plan: RestorePlan,
    refusals: Type.Array(Type.String(), {
      description: "With planOnly: why the real run would be refused. Empty: it would begin.",
    }),
    operationId: Type.Union([Type.String(), Type.Null()], { description: "Null with planOnly." }),
    safetyCopyName: Type.Union([Type.String(), Type.Null()]),
    seconds: Type.Union([Type.Number(), Type.Null()], { description: "How long the LUN was away from its targets." }),
  }),
  handle: restoreSnapshot,
});
