import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { call, type Trouble } from "./call.ts";
import type { Params } from "./cmdlets/cmdlet.ts";
import type { Host } from "./host.ts";

/** What the PowerShell modules talk to: `{"cmdlet":...,"params":{...}}` a line, the answer likewise. */
export function createCmdletServer(host: Host, trouble: Trouble): Server {
  return createServer((socket) => {
    socket.on("error", () => {});
    createInterface(socket).on("line", (line) => void answer(host, trouble, socket, line));
  });
}

async function answer(host: Host, trouble: Trouble, socket: Socket, line: string): Promise<void> {
  const asked = parse(line);
  if (!asked) return void socket.destroy();
  const given = await call(host, trouble, asked.cmdlet, asked.params);
  if (given) socket.write(`${JSON.stringify(given)}\n`);
}

/** Undefined: somebody else speaks here, whom it does not know. */
function parse(line: string): { cmdlet: string; params: Params } | undefined {
  try {
    const { cmdlet, params } = JSON.parse(line);
    return typeof cmdlet === "string" && params instanceof Object ? { cmdlet, params } : undefined;
  } catch {
    return undefined;
  }
}
