import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { resolve as absolute } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const tellMs = 1000;
const tellCharacters = 256;

/** Held by one process at a time; the operating system lets it go when the process dies. */
export interface Lease {
  release(): Promise<void>;
}

/**
 * Leases of one state folder: a named pipe on Windows, an abstract socket on Linux. Who holds one tells others about itself
 * when they connect.
 */
export class Leases {
  readonly #space: string;
  readonly #owner: string;

  constructor(folder: string) {
    this.#space = createHash("sha256").update(realPath(folder)).digest("hex").slice(0, 16);
    this.#owner = `process ${process.pid}`;
  }

  /** The lease, or undefined when somebody holds it. */
  async tryTake(name: string, about = ""): Promise<Lease | undefined> {
    const visitors = new Set<Socket>();
    const server = createServer((socket) => {
      visitors.add(socket.on("error", () => undefined).on("close", () => visitors.delete(socket)));
      socket.end(about || this.#owner);
    });
    try {
      await listen(server, this.#address(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
      throw error;
    }
    server.unref();
    return { release: () => close(server, visitors) };
  }

  /** Waits for the lease; undefined when the time is over. */
  async take(
    name: string,
    options: { waitMs: number; about?: string; signal?: AbortSignal },
  ): Promise<Lease | undefined> {
    const end = Date.now() + options.waitMs;
    for (;;) {
      const lease = await this.tryTake(name, options.about);
      if (lease || Date.now() >= end || options.signal?.aborted) return lease;
      await sleep(50);
    }
  }

  /**
   * What the holder tells about itself; undefined when nobody holds it. Any local process could listen there: it gets neither
   * more time nor more memory than an honest one needs.
   */
  holder(name: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      let told = "";
      const socket = connect(this.#address(name)).setEncoding("utf8");
      const timer = setTimeout(() => socket.destroy(), tellMs);
      socket.on("data", (text: string) => {
        told = (told + text).slice(0, tellCharacters);
        if (told.length === tellCharacters) socket.destroy();
      });
      socket.on("error", (error: NodeJS.ErrnoException) =>
        resolve(error.code === "ECONNREFUSED" || error.code === "ENOENT" ? undefined : "unknown"),
      );
      socket.on("close", () => {
        clearTimeout(timer);
        resolve(told || "unknown");
      });
    });
  }

  #address(name: string): string {
    const id = createHash("sha256").update(name).digest("hex").slice(0, 24);
    return process.platform === "win32"
      ? `\\\\.\\pipe\\qnap-snapshot-${this.#space}-${id}`
      : `\0qnap-snapshot-${this.#space}-${id}`;
  }
}

/** One folder has one set of leases, by whichever path it is reached. */
function realPath(folder: string): string {
  let path: string;
  try {
    path = realpathSync.native(folder);
  } catch {
    path = absolute(folder);
  }
  return process.platform === "win32" ? path.toLowerCase() : path;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(path, () => resolve());
  });
}

/** A visitor that hangs must not keep us from letting go. */
function close(server: Server, visitors: Iterable<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const visitor of visitors) visitor.destroy();
  });
}
