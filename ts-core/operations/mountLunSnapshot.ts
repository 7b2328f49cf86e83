import { Type } from "typebox";
import { MountedSnapshot, PlanStep, SnapshotRef } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { mountSnapshot } from "../snapshots/mount.ts";

export default operation({
  summary:
    "Mounts a copy of a snapshot beside the original: as a datastore of its own on an ESXi host, or at a folder of this server.",
  params: Type.Object(
    {
      snapshot: SnapshotRef,
      vmHost: Type.Optional(
        Type.String({ minLength: 1, description: "Its name in vCenter, or the first part of it. This or path." }),
      ),
      path: Type.Optional(Type.String({ minLength: 1, description: "An empty folder of this server, or a new one." })),
      name: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$" })),
      planOnly: Type.Optional(Type.Boolean({ description: "Tells what would be done and changes nothing." })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ steps: Type.Array(PlanStep), mounted: Type.Union([MountedSnapshot, Type.Null()]) }),
  handle: mountSnapshot,
});
