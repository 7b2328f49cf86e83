import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

// A tgtd that was killed a moment ago keeps its sockets a little longer than its place in /proc.
const freeWithinMs = 1_000;

/** Gives each portal with port 0 a free one, and refuses a port that is taken. */
export async function choosePorts(portals: string[]): Promise<string[]> {
  const chosen: string[] = [];
  for (const portal of portals) chosen.push(await choosePort(portal));
  return chosen;
}

async function choosePort(portal: string): Promise<string> {
  for (const deadline = Date.now() + freeWithinMs; ; await sleep(20)) {
    try {
      return await tryPort(portal);
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (taken && Date.now() < deadline) continue;
      throw new Error(`iSCSI portal ${portal}: ${(error as Error).message}`, { cause: error });
    }
  }
}

async function tryPort(portal: string): Promise<string> {
  const colon = portal.lastIndexOf(":");
  const host = portal.slice(0, colon);
  const server = createServer().listen(Number(portal.slice(colon + 1)), host.replace(/^\[|\]$/g, ""));
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `${host}:${port}`;
}
