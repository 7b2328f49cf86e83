import type { Consumer, Consumers } from "../ports.ts";
import type { OpenVCenter, VCenterDirectory } from "./directory.ts";

/** The vCenters of this machine as those who use LUNs. What works with them is loaded when the first is needed. */
export function vmwareConsumers(vcenters: VCenterDirectory): Consumers {
  return {
    names: () => vcenters.names(),
    all: async (say) => Promise.all((await vcenters.openAll(say)).map(consumer)),
    named: async (name, say) => consumer(await vcenters.open(name, say)),
  };
}

async function consumer(open: OpenVCenter): Promise<Consumer> {
  const { VMwareConsumer } = await import("./consumer.ts");
  return new VMwareConsumer(open);
}
