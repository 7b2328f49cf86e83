import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, realpath } from "node:fs/promises";
import { createServer } from "node:net";

/**
 * Two simulators on one folder would overwrite each other's state. A name in Linux's abstract socket space is the lock:
 * it goes with its process, however that ends, so none is ever left behind. Elsewhere there is no lock.
 */
export async function lockState(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  if (process.platform !== "linux") return;
  const hash = createHash("sha256")
    .update(await realpath(dir))
    .digest("hex");
  const holder = createServer().unref().listen(`\0sim-nas-${hash}`);
  try {
    await once(holder, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(`${dir} is in use by another simulator`);
  }
}
