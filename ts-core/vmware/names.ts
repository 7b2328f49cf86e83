/** In names vSphere writes %, / and \ as %25, %2f and %5c; in paths of files it does not. */
export function plainName(name: string): string {
  return name.replace(/%(25|2f|5c)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The datastore in `[datastore] folder/file`; its name may itself have brackets. */
export function datastoreIn(path: string): string | undefined {
  return /^\[(.+?)\](?= |$)/.exec(path)?.[1];
}

/** How ESXi names the disk of a LUN whose NAA is given as 32 hex digits. */
export function canonicalName(naa: string): string {
  return `naa.${naa.toLowerCase()}`;
}
