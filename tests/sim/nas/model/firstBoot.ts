import { randomBytes } from "node:crypto";
import { gib, type State } from "./state.ts";

export interface Owner {
  hostname: string;
  user: string;
  password?: string;
  totpSecret?: string;
}

/** A NAS out of its box: one pool, one administrator, no LUNs. */
export function firstState({ hostname, user, password, totpSecret }: Owner): State {
  const admin = { name: user, password: password ?? randomBytes(9).toString("base64url"), admin: true };
  return {
    hostname,
    serialNumber: `Q${randomBytes(5).toString("hex").toUpperCase()}`,
    iqnPostfix: randomBytes(3).toString("hex"),
    users: [{ ...admin, securityAnswer: "rex", ...(totpSecret && { totpSecret }) }],
    pools: [{ poolId: 1, capacityBytes: 2048 * gib }],
    volumes: [],
    luns: [],
    targets: [],
    snapshots: [],
    ghosts: [],
    nextVolumeId: 1,
    nextSnapshotId: 10001,
    clockOffsetMs: 0,
  };
}
