import { Type } from "typebox";
import { Nas } from "../model.ts";
import { operation } from "../rpc/operation.ts";

export default operation({
  summary: "Lists the NAS that are connected in this session or stored for this machine.",
  params: Type.Object(
    { name: Type.Optional(Type.String({ minLength: 1, description: "Wildcards * and ? allowed." })) },
    { additionalProperties: false },
  ),
  row: Nas,
  result: Type.Object({ count: Type.Integer() }),
  async handle({ name }, context) {
    const found = await context.machine.nas.list(name ?? "*");
    await context.rows(found);
    return { count: found.length };
  },
});
