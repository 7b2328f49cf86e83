import { Type } from "typebox";
import { LunRef, LunSnapshot } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { createSnapshotSet } from "../snapshots/create.ts";

export default operation({
  summary: "Takes one snapshot of each LUN, as one set: all or none.",
  params: Type.Object(
    {
      luns: Type.Array(LunRef, { minItems: 1, maxItems: 256 }),
      type: Type.Union([Type.Literal("Crash"), Type.Literal("Application")]),
      name: Type.Optional(
        Type.String({
          pattern: "^[A-Za-z0-9_.-]{1,24}$",
          description: "Stands in the snapshot's name in place of the LUN's.",
        }),
      ),
      description: Type.Optional(Type.String({ maxLength: 256 })),
      expireAfterMinutes: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 5_256_000, description: "Absent: never." }),
      ),
      hyperVCheckpoint: Type.Optional(
        Type.Union([Type.Literal("Production"), Type.Literal("Memory")], {
          description: "How Hyper-V VMs get into an application-consistent snapshot. Absent: Production.",
        }),
      ),
      vital: Type.Optional(Type.Boolean()),
      planOnly: Type.Optional(Type.Boolean({ description: "Look whether it would be taken, change nothing." })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({
    operationId: Type.Union([Type.String(), Type.Null()], { description: "Null with planOnly." }),
    skewMs: Type.Number({ description: "From the first request sent to the last answer received, in milliseconds." }),
    snapshots: Type.Array(LunSnapshot),
  }),
  handle: createSnapshotSet,
});
