/** VSS_VOLUME_SNAPSHOT_ATTRIBUTES, as far as a provider must tell them apart (vss.h). */
const persistent = 0x1;
const transportable = 0x20;

/**
 * What a snapshot on the NAS can honour. Left out, among others: CLIENT_ACCESSIBLE (0x4) and PLEX (0x40000), which only Windows'
 * own copies are, what says where an imported one is exposed (0x80000 to 0x200000), and file shares (0x4000000).
 */
const supported =
  persistent |
  0x2 | // NO_AUTORECOVERY
  0x8 | // NO_AUTO_RELEASE
  0x10 | // NO_WRITERS
  transportable |
  0x40 | // NOT_SURFACED
  0x80 | // NOT_TRANSACTED
  0x10000 | // HARDWARE_ASSISTED
  0x20000 | // DIFFERENTIAL
  0x400000 | // AUTORECOVER
  0x800000 | // ROLLBACK_RECOVERY
  0x1000000 | // DELAYED_POSTSNAPSHOT
  0x2000000; // TXF_RECOVERY

export function isSupported(context: number): boolean {
  return (context & ~supported) === 0;
}

/** The snapshot on the NAS is the product; nothing is shown to this host. */
export function isTransportable(context: number): boolean {
  return (context & transportable) !== 0;
}

/** It outlives the program that asked for it. */
export function isPersistent(context: number): boolean {
  return (context & persistent) !== 0;
}
