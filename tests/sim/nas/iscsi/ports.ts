import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Gives each portal with port 0 a free one, and refuses a port that is taken. */
export async function choosePorts(portals: string[]): Promise<string[]> {
  const chosen: string[] = [];
  for (const portal of portals) chosen.push(await choosePort(portal));
  return chosen;
}

async function choosePort(portal: string): Promise<string> {
  const colon = portal.lastIndexOf(":");
  const host = portal.slice(0, colon);
  const server = createServer().listen(Number(portal.slice(colon + 1)), host.replace(/^\[|\]$/g, ""));
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(`iSCSI portal ${portal}: ${(error as Error).message}`, { cause: error });
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `${host}:${port}`;
}
