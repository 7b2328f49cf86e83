/** Where stand-in vssapi.dlls connect: JSON lines over TCP on loopback, a connection a requestor. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { Backup } from "./backup.ts";
import type { Machine } from "./machine.ts";

interface Line {
  event: "call" | "volume" | "moment" | "rescan" | "returned";
  method: string;
  name: string;
  moment: string;
  shown: unknown[];
  hr: number;
  us: number;
}

export async function serveMachine(machine: Machine): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => void serve(machine, socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { port: (server.address() as AddressInfo).port, server };
}

async function serve(machine: Machine, socket: Socket): Promise<void> {
  const backup = new Backup(machine);
  machine.backups.add(backup);
  socket.setNoDelay(true).on("error", () => undefined);
  // Whatever it was waiting for: writers are let go at once.
  socket.once("close", () => void backup.gone());
  for await (const text of createInterface({ input: socket })) {
    const answer = await reply(machine, backup, JSON.parse(text) as Line);
    if (answer) socket.write(`${ascii(answer)}\n`);
  }
}

async function reply(machine: Machine, backup: Backup, line: Line): Promise<object | undefined> {
  const { event, method, ...args } = line;
  switch (event) {
    case "call":
      return backup.call(method, args);
    case "volume":
      return { disks: await disksOf(machine, line.name) };
    case "moment":
      await backup.moment(line.moment);
      return {};
    case "rescan":
      return { disks: (await machine.surroundings.rescan?.(line.shown)) ?? [] };
    case "returned":
      machine.events.push({ kind: "callback", name: method, hr: line.hr, ms: line.us / 1000 });
      return undefined;
  }
}

async function disksOf({ surroundings }: Machine, path: string) {
  const volumes = await surroundings.volumes();
  return volumes.find((volume) => volume.path === path)?.disks ?? [];
}

function ascii(value: object): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
