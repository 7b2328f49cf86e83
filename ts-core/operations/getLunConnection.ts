import { Type } from "typebox";
import { LunConnection, LunRef } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { listConnections } from "../snapshots/lunList.ts";

export default operation({
  summary: "Lists the initiators that are logged in to the targets of LUNs, as the NAS sees them.",
  params: Type.Object(
    { lun: Type.Optional(LunRef), nas: Type.Optional(Type.String({ minLength: 1 })) },
    { additionalProperties: false },
  ),
  row: LunConnection,
  result: Type.Object({ count: Type.Integer() }),
  async handle(params, context) {
    return { count: await listConnections(params, context) };
  },
});
