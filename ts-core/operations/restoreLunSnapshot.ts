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
      destroyNewerVMs: Type.Optional(
        Type.Boolean({ description: "VMs on the LUN that the snapshot does not hold may be lost." }),
      ),
      force: Type.Optional(
        Type.Boolean({
          description: "Initiators that are logged in, and a vCenter that does not answer, do not stop it.",
        }),
      ),
      revertVMSnapshot: Type.Optional(
        Type.Boolean({
          description: "Revert the VMs to the VM snapshots that come back with the LUN, and remove these.",
        }),
      ),
      powerOn: Type.Optional(Type.Boolean({ description: "Start the VMs that ran in the snapshot." })),
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
    told: Type.Array(Type.String(), { description: "What came back into use, and what did not, in words." }),
    notAdded: Type.Array(Type.String(), { description: "VMs on the LUN that were not registered before: not added." }),
    seconds: Type.Union([Type.Number(), Type.Null()], { description: "How long the LUN was away from its targets." }),
  }),
  handle: restoreSnapshot,
});
