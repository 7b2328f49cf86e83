import { Nas } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { ConnectParams } from "./connectNas.ts";

export default operation({
  summary: "Logs in to a NAS and, if that works, keeps address, trust and secret for the machine.",
  params: ConnectParams,
  result: Nas,
  async handle(params, context) {
    return context.machine.nas.store(params, context);
  },
});
