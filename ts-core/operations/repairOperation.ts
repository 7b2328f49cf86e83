import { Type } from "typebox";
import { Operation } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { repairOperations } from "../snapshots/recovery.ts";

export default operation({
  summary: "Finishes or undoes operations that were interrupted. Those still running elsewhere are not touched.",
  params: Type.Object(
    {
      operationId: Type.Optional(Type.String({ minLength: 1 })),
      revertAgain: Type.Optional(
        Type.Boolean({
          description: "Revert a LUN again of which it is not known whether somebody has used it since.",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  row: Operation,
  result: Type.Object({
    count: Type.Integer(),
    unresolved: Type.Integer({ description: "How many could not be settled now." }),
  }),
  handle: repairOperations,
});
