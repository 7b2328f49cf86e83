import { Type } from "typebox";
import { VMwareSetting } from "../model.ts";
import { operation } from "../rpc/operation.ts";

export default operation({
  summary: "Lists the vCenters that are stored for this machine. None is contacted.",
  params: Type.Object(
    { server: Type.Optional(Type.String({ minLength: 1, description: "Wildcards * and ? allowed." })) },
    { additionalProperties: false },
  ),
  row: VMwareSetting,
  result: Type.Object({ count: Type.Integer() }),
  async handle({ server }, context) {
    const found = await context.machine.vcenters.list(server ?? "*");
    await context.rows(found);
    return { count: found.length };
  },
});
