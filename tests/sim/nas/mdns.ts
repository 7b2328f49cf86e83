import { once } from "node:events";
import { Bonjour, type Service } from "bonjour-service";

export interface Announcement {
  /** The server name; unique on the network. */
  name: string;
  /** Web administration port, the one of the SRV record: the plain one even where https is forced (confirmed). */
  port: number;
  accessType: "http" | "https";
  accessPort: number;
  /** Internal name, and the name it is sold under. */
  model: string;
  displayModel: string;
  fwVer: string;
  fwBuildNum: string;
  /** Missing in a capture of 5.2.9. */
  serialNum?: string;
  /** Pairs as strings of their own, as some networks' reflectors make of them (assumed); a NAS sends one string. */
  split?: boolean;
  /** Where the simulator listens, and the only interface on which it is heard; loopback unless told otherwise. */
  address?: string;
}

const upWithinMs = 5_000;

/** Announces the simulator as QNAP's firmware does (confirmed by three captures); resolves when it can be found. */
export async function announce(nas: Announcement): Promise<{ stop(): Promise<void> }> {
  const address = nas.address ?? "127.0.0.1";
  // `bind` as well: a socket bound to the interface's own address would hear no multicast.
  const network: object = { interface: address, bind: "0.0.0.0" };
  const bonjour = new Bonjour(network);
  const stop = () => new Promise<void>((done) => bonjour.unpublishAll(() => bonjour.destroy(() => done())));
  const service = bonjour.publish({
    name: nas.name,
    type: "qdiscover",
    port: nas.port,
    host: `${nas.name}.local`,
    txt: txt(nas),
  });
  nameOnlyAddress(service, address);
  try {
    await once(service, "up", { signal: AbortSignal.timeout(upWithinMs) });
  } catch (error) {
    await stop();
    throw new Error(`mDNS: the name ${nas.name} could not be announced, is it taken?`, { cause: error });
  }
  return { stop };
}

/** bonjour-service would name every address of the machine but loopback. It asks for the records after its probe. */
function nameOnlyAddress(service: Service, address: string): void {
  const records = service.records.bind(service);
  service.records = () => [
    ...records().filter(({ type }) => type !== "A" && type !== "AAAA"),
    { name: service.host, type: "A", ttl: 120, data: address },
  ];
}

function txt(nas: Announcement): Record<string, string> {
  const { accessType, model, displayModel, fwVer, fwBuildNum, serialNum } = nas;
  const accessPort = String(nas.accessPort);
  const pairs = { accessType, accessPort, model, displayModel, fwVer, fwBuildNum, ...(serialNum && { serialNum }) };
  return nas.split ? pairs : oneString(pairs);
}

/** `accessType=http,accessPort=8080,…`: one TXT string, whose first key takes all that follows as its value. */
function oneString(pairs: Record<string, string>): Record<string, string> {
  const all = Object.entries(pairs).map((pair) => pair.join("="));
  const [key = "", ...value] = all.join(",").split("=");
  return { [key]: value.join("=") };
}
