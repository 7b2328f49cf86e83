import { Type } from "typebox";
import { operation } from "../rpc/operation.ts";

export default operation({
  summary: "Forgets a stored NAS and its secret, and logs out. Nothing on the NAS is touched.",
  params: Type.Object({ name: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
  result: Type.Object({ name: Type.String() }),
  async handle({ name }, context) {
    await context.machine.nas.forget(name);
    return { name };
  },
});
