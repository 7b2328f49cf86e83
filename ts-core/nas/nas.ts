import type { Firmware } from "./firmware.ts";
import type { Identity } from "./identity.ts";
import type { Session } from "./session.ts";

/**
 * A NAS in a live session: what every function of this folder takes first.
 *
 * Promises of those functions: reads may be repeated; a write is sent once, and throws Unconfirmed when its effect is not known;
 * a refusal is a QnapError and means that nothing was changed. Identity (NAA) is checked by the caller right before a write.
 */
export interface Nas {
  readonly name: string;
  readonly session: Session;
  readonly identity: Identity;
  readonly firmware: Firmware;
  /** REST names a LUN's snapshots by volume id. A LUN keeps its volume for life, and the NAA is the LUN's identity. */
  readonly volumeIds: Map<string, number>;
}

export function firmwareName({ identity }: Nas): string {
  return `${identity.family} ${identity.firmwareVersion}`;
}
