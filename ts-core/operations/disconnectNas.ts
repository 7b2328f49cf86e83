import { Type } from "typebox";
import { operation } from "../rpc/operation.ts";

export default operation({
  summary: "Logs out of a NAS and proves that the session is dead.",
  params: Type.Object({ name: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
  result: Type.Object({
    name: Type.String(),
    loggedOut: Type.Boolean({ description: "True: the NAS was seen to refuse the old session afterwards." }),
  }),
  async handle({ name }, context) {
    return { name, loggedOut: await context.machine.nas.disconnect(name) };
  },
});
