import type { Nas } from "../nas.ts";
import { gib, type Pool } from "./state.ts";

export const findPool = (nas: Nas, poolId: number | undefined): Pool | undefined =>
  nas.state.pools.find((pool) => pool.poolId === poolId);

/** Thick volumes take their whole size, thin ones nothing: what is written does not count here. */
export function allocatedBytes(nas: Nas, poolId: number): number {
  const thick = nas.state.volumes.filter((volume) => volume.poolId === poolId && !volume.thin);
  return thick.reduce((sum, volume) => sum + volume.sizeBytes, 0);
}

export function freeBytes(nas: Nas, pool: Pool): number {
  return Math.max(0, pool.capacityBytes - allocatedBytes(nas, pool.poolId));
}

export function hasRoom(nas: Nas, poolId: number, bytes: number): boolean {
  const pool = findPool(nas, poolId);
  return pool !== undefined && freeBytes(nas, pool) >= bytes;
}

export const snapshotReserve = (nas: Nas): number => nas.quirks.get("snapshotReserveGiB") * gib;
