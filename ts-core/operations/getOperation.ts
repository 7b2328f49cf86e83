import { Type } from "typebox";
import { QnapError } from "../errors.ts";
import { Operation } from "../model.ts";
import { operation } from "../rpc/operation.ts";

export default operation({
  summary: "Lists what was done or begun on this machine, from the journal, newest first.",
  params: Type.Object(
    { operationId: Type.Optional(Type.String({ minLength: 1 })), unfinished: Type.Optional(Type.Boolean()) },
    { additionalProperties: false },
  ),
  row: Operation,
  result: Type.Object({ count: Type.Integer() }),
  async handle({ operationId, unfinished }, context) {
    let count = 0;
    let known = operationId === undefined;
    for await (const found of context.machine.journal.list()) {
      if (operationId !== undefined && found.operationId !== operationId) continue;
      known = true;
      if (unfinished && found.state !== "Interrupted" && found.state !== "Running") continue;
      count++;
      await context.rows([found]);
    }
    if (!known) throw new QnapError("OperationNotFound", { operation: String(operationId) });
    return { count };
  },
});
