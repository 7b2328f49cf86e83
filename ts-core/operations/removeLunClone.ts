import { Type } from "typebox";
import { LunRef } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { removeClone } from "../snapshots/removeClone.ts";

export default operation({
  summary: "Removes a LUN that New-QnapLunClone made, and waits until it is gone.",
  params: Type.Object(
    {
      lun: LunRef,
      force: Type.Optional(Type.Boolean({ description: "Also while initiators are logged in to its targets." })),
      planOnly: Type.Optional(Type.Boolean({ description: "Look whether it would be removed, change nothing." })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({
    operationId: Type.Union([Type.String(), Type.Null()], { description: "Null with planOnly." }),
    lun: Type.String(),
  }),
  handle: removeClone,
});
