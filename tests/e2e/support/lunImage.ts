import { runTool } from "../../initiator/tools.ts";

/** e2fsprogs on a partition of an image of a disk. */
export class LunImage {
  readonly #device: string;

  private constructor(device: string) {
    this.#device = device;
  }

  /** The file system behind Windows' reserved partition. */
  static async open(file: string): Promise<LunImage> {
    const { partitiontable } = JSON.parse(await runTool("sfdisk", ["--json", file])) as {
      partitiontable: { sectorsize: number; partitions: { start: number }[] };
    };
    const start = partitiontable.partitions[1]?.start ?? 0;
    return new LunImage(`${file}?offset=${start * partitiontable.sectorsize}`);
  }

  /** Changes nothing; rejects with what it found. */
  async check(): Promise<void> {
    await runTool("e2fsck", ["-f", "-n", this.#device]);
  }

  read(path: string): Promise<string> {
    return runTool("debugfs", ["-R", `cat ${path}`, this.#device]);
  }
}
