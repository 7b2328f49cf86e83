import { Type } from "typebox";
import { QnapError } from "../errors.ts";
import { Nas } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { hasWildcard } from "../wildcard.ts";

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
    if (found.length === 0 && name !== undefined && !hasWildcard(name))
      throw new QnapError("NasNotConnected", { nas: name });
    await context.rows(found);
    return { count: found.length };
  },
});
