import { Type } from "typebox";
import { Rival } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { findRivals } from "../windows/rivals.ts";

export default operation({
  summary:
    "What runs on this machine and must not run beside the VSS provider. Everything else of it PowerShell sees itself.",
  params: Type.Object({}, { additionalProperties: false }),
  result: Type.Object({ rivals: Type.Array(Rival) }),
  async handle() {
    return { rivals: await findRivals() };
  },
});
