import { Type } from "typebox";
import { operation } from "../rpc/operation.ts";

export default operation({
  summary: "Forgets a stored vCenter and its secret, and logs out. Nothing in vCenter is touched.",
  params: Type.Object({ server: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
  result: Type.Object({ server: Type.String() }),
  async handle({ server }, context) {
    await context.machine.vcenters.forget(server);
    return { server };
  },
});
