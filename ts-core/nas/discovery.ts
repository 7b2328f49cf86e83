import { Bonjour, type Service } from "bonjour-service";
import type { NasAnnouncement } from "../model.ts";

/** Searches the LAN by mDNS for what QTS announces as _qdiscover._tcp (confirmed). Yields each NAS as it answers. */
export async function* findNas(timeoutMs: number, signal: AbortSignal): AsyncGenerator<NasAnnouncement> {
  const bonjour = new Bonjour({}, () => undefined);
  const found: NasAnnouncement[] = [];
  const seen = new Set<string>();
  let wake: () => void = () => undefined;
  let over = false;
  const stop = () => {
    over = true;
    wake();
  };
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  bonjour.find({ type: "qdiscover" }, (service) => {
    const nas = readService(service);
    const id = `${nas.name} ${nas.address} ${nas.port}`;
    // A Thunderbolt port announces the same NAS once more, under a name of its own.
    if (seen.has(id) || service.name.includes("(Thunderbolt)")) return;
    seen.add(id);
    found.push(nas);
    wake();
  });
  try {
    for (;;) {
      while (found.length > 0) yield found.shift() as NasAnnouncement;
      if (over) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    bonjour.destroy();
  }
}

function readService(service: Service): NasAnnouncement {
  const told = pairs(service.txt);
  const scheme = told.accessType === "https" ? "https" : "http";
  const address = service.addresses?.find((candidate) => candidate.includes(".")) ?? service.host.replace(/\.$/, "");
  const port = Number(told.accessPort);
  return {
    name: service.name,
    address,
    port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : service.port,
    scheme,
    model: told.displayModel ?? told.model ?? null,
    firmwareVersion: told.fwVer ?? null,
    firmwareBuild: told.fwBuildNum ?? null,
    serialNumber: told.serialNum ?? null,
  };
}

/** QTS puts all pairs into one TXT string, separated by commas; reflectors and other firmware split them (confirmed, assumed). */
function pairs(txt: unknown): Record<string, string> {
  const strings = Object.entries((txt ?? {}) as Record<string, unknown>).map(
    ([name, value]) => `${name}=${String(value)}`,
  );
  const told: Record<string, string> = {};
  for (const pair of strings.join(",").split(",")) {
    const equals = pair.indexOf("=");
    if (equals > 0) told[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return told;
}
