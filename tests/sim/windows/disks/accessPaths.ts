import { join } from "node:path";
import type { Disk, Host, Volume } from "../host.ts";

/** `F:\data` -> `<root>/F/data` */
export function localFolder({ root }: Pick<Host, "root">, path: string): string {
  const [drive = "", ...rest] = path.split(/[\\/]/).filter(Boolean);
  return join(root, drive.slice(0, 1).toUpperCase(), ...rest);
}

/** `f:` -> `F:\`, `C:\check` -> `C:\check\`; undefined for what is neither. */
export function normalPath(path: string): string | undefined {
  const match = /^([a-z]):((?:[\\/][^\\/:*?"<>|]+)*)[\\/]?$/i.exec(path);
  if (!match) return undefined;
  return `${match[1]?.toUpperCase()}:${(match[2] ?? "").replaceAll("/", "\\")}\\`;
}

export const isLetter = (path: string): boolean => /^[A-Z]:\\$/.test(path);

/** `\\?\Volume{...}\` */
export const volumePath = ({ guid }: Pick<Volume, "guid">): string => `\\\\?\\Volume${guid}\\`;

export const letterOf = ({ mounted }: Volume): string | null => mounted.find(isLetter)?.charAt(0) ?? null;

export const volumesOf = (host: Host): { disk: Disk; volume: Volume }[] =>
  host.disks.flatMap((disk) => disk.volumes.map((volume) => ({ disk, volume })));

/** The first from D on that no volume has, here or remembered. */
export function freeLetter(host: Host): string | undefined {
  const taken = new Set([...host.accessPaths.values()].flat().filter(isLetter));
  return [..."DEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `${letter}:\\`).find((path) => !taken.has(path));
}
