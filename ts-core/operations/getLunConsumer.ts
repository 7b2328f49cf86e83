import { Type } from "typebox";
import { LunConsumer, LunRef } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { listConsumers } from "../snapshots/lunUses.ts";

export default operation({
  summary: "Lists the datastores, ESXi hosts and VMs that hang on LUNs, matched by NAA.",
  params: Type.Object(
    { lun: Type.Optional(LunRef), nas: Type.Optional(Type.String({ minLength: 1 })) },
    { additionalProperties: false },
  ),
  row: LunConsumer,
  result: Type.Object({ count: Type.Integer() }),
  async handle(params, context) {
    return { count: await listConsumers(params, context) };
  },
});
