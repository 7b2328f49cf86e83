import { QnapError } from "../errors.ts";
import type { HttpClient } from "../net/http.ts";
import type { Latches, Login } from "../state/latches.ts";
import type { Leases } from "../state/leases.ts";
import { isFault } from "./faults.ts";

export interface VCenterCredentials {
  userName: string;
  password: string;
}

/** What keeps this machine from trying a refused password twice: single sign-on locks an account after five. */
export interface LoginGuard {
  leases: Leases;
  latches: Latches;
  /** Set by the user: try once more even though it was refused before. */
  retryRefusedPassword?: boolean;
}

const waitMs = 60_000;

/** Makes one log-in to a vCenter at a time on this machine, and none with a password that it has refused. */
export async function guardedLogin<T>(
  http: HttpClient,
  credentials: VCenterCredentials,
  { leases, latches, retryRefusedPassword }: LoginGuard,
  attempt: () => Promise<T>,
): Promise<T> {
  const { name, host, port } = http.endpoint;
  const about: Login = { nas: `vcenter ${host}:${port}`, certificate: await http.certificate(), ...credentials };
  const lease = await leases.take(`login ${about.certificate ?? about.nas}`.toLowerCase(), { waitMs });
  if (!lease) throw new QnapError("VCenterBusy", { vcenter: name });
  try {
    const since = await latches.since(about);
    const details = { vcenter: name, user: credentials.userName, since };
    if (since !== undefined && !retryRefusedPassword) throw new QnapError("VCenterPasswordLatched", details);
    return await latched(latches, about, attempt);
  } catch (error) {
    if (!isFault(error, "InvalidLogin")) throw error;
    throw new QnapError("VCenterPasswordRefused", { vcenter: name, user: credentials.userName }, error);
  } finally {
    await lease.release();
  }
}

async function latched<T>(latches: Latches, about: Login, attempt: () => Promise<T>): Promise<T> {
  await latches.prepare(about);
  try {
    const made = await attempt();
    await latches.clear(about);
    return made;
  } catch (error) {
    if (isFault(error, "InvalidLogin")) await latches.set(about);
    throw error;
  } finally {
    await latches.unprepare(about);
  }
}
