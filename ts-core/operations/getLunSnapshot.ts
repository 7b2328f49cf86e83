import { Type } from "typebox";
import { LunRef, LunSnapshot } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { listSnapshots } from "../snapshots/list.ts";

export default operation({
  summary: "Lists snapshots, streamed LUN by LUN.",
  params: Type.Object(
    {
      nas: Type.Optional(Type.String({ minLength: 1 })),
      lun: Type.Optional(LunRef),
      lunName: Type.Optional(
        Type.String({ minLength: 1, maxLength: 256, description: "Wildcards * and ? allowed; instead of lun." }),
      ),
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "Wildcards * and ? allowed." })),
      snapshotId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    },
    { additionalProperties: false },
  ),
  row: LunSnapshot,
  result: Type.Object({ count: Type.Integer() }),
  async handle(params, context) {
    return { count: await listSnapshots(params, context) };
  },
});
