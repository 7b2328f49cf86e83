import { Type } from "typebox";
import { PlanStep } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { dismountSnapshot } from "../snapshots/dismount.ts";

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export default operation({
  summary: "Takes a mounted copy of a snapshot away from its hosts and removes it from the NAS.",
  params: Type.Object(
    {
      nas: Type.Optional(Type.String({ minLength: 1 })),
      lunName: Type.Optional(Type.String({ minLength: 1 })),
      lunNaa: Type.Optional(Type.String({ pattern: "^[0-9A-Fa-f]{32}$" })),
      datastoreName: Type.Optional(Type.String({ minLength: 1 })),
      path: Type.Optional(Type.String({ minLength: 1 })),
      planOnly: Type.Optional(Type.Boolean({ description: "Tells what would be done and changes nothing." })),
    },
    { additionalProperties: false, minProperties: 1 },
  ),
  result: Type.Object({
    steps: Type.Array(PlanStep),
    operationId: orNull(Type.String()),
    lunName: Type.String(),
    datastoreName: orNull(Type.String()),
    path: orNull(Type.String()),
  }),
  handle: dismountSnapshot,
});
