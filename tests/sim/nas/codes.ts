/** Result codes seen in public sources; CGI and REST share them. */
export const codes = {
  failed: -1,
  notFound: -6,
  badParameter: -13,
  inUse: -14,
  volumeMissing: -29,
  exists: -22,
  busy: -34,
  hasClone: -618,
  newerHasClone: -619,
  safetySnapshotFailed: -103,
  lunMissing: -200005,
  datasetBusy: -205041,
  snapshotMissing: -206021,
} as const;
