import { open } from "node:fs/promises";
import { runTool } from "../../initiator/tools.ts";

const sectorBytes = 512;
/** In the second entry of the partition table: where the partition begins. */
const secondStart = 2 * sectorBytes + 128 + 32;

/** e2fsprogs on a partition of an image of a disk. */
export class LunImage {
  readonly #device: string;

  private constructor(device: string) {
    this.#device = device;
  }

  /** The file system behind Windows' reserved partition. */
  static async open(file: string): Promise<LunImage> {
    const handle = await open(file);
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, secondStart);
    await handle.close();
    return new LunImage(`${file}?offset=${Number(buffer.readBigUInt64LE()) * sectorBytes}`);
  }

  /** Changes nothing; rejects with what it found. */
  async check(): Promise<void> {
    await runTool("e2fsck", ["-f", "-n", this.#device]);
  }

  read(path: string): Promise<string> {
    return runTool("debugfs", ["-R", `cat ${path}`, this.#device]);
  }
}
