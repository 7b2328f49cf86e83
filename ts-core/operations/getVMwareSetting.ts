import { Type } from "typebox";
import { QnapError } from "../errors.ts";
import { VMwareSetting } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { hasWildcard } from "../wildcard.ts";

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
    if (found.length === 0 && server !== undefined && !hasWildcard(server))
      throw new QnapError("VCenterNotStored", { vcenter: server });
    await context.rows(found);
    return { count: found.length };
  },
});
