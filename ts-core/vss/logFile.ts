import { appendFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { sizeOf } from "../state/files.ts";
import { openStateFolder } from "../state/folder.ts";

const name = "vss-provider.log";
const maxBytes = 1024 * 1024;

export async function appendLog(text: string): Promise<void> {
  const file = join(await openStateFolder(), name);
  if (((await sizeOf(file)) ?? 0) > maxBytes) await rename(file, `${file}.old`);
  await appendFile(file, text, { mode: 0o600 });
}
