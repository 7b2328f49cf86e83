import { Type } from "typebox";
import { NasAnnouncement } from "../model.ts";
import { findNas } from "../nas/discovery.ts";
import { operation } from "../rpc/operation.ts";

export default operation({
  summary: "Searches the local network for QNAP NAS by mDNS (_qdiscover._tcp). Rows come as they answer.",
  params: Type.Object(
    { timeoutMs: Type.Integer({ minimum: 100, maximum: 60_000, default: 3000 }) },
    { additionalProperties: false },
  ),
  row: NasAnnouncement,
  result: Type.Object({ count: Type.Integer() }),
  async handle({ timeoutMs }, context) {
    let count = 0;
    for await (const nas of findNas(timeoutMs, context.signal)) {
      count++;
      await context.rows([nas]);
    }
    return { count };
  },
});
