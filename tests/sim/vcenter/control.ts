import { controlCalls } from "../process.ts";
import type * as view from "./view.ts";

/** The control API as functions; docs/vcenter-simulator.md says what each one does. */
export type VcenterControls = ReturnType<typeof controls>;

export function controls(control: string) {
  const { call, tell } = controlCalls(control);
  const named = (list: string, name: string) => `${list}/${encodeURIComponent(name)}`;
  return {
    state: () => call("GET", "state") as Promise<view.VcenterState>,
    effects: () => call("GET", "effects") as Promise<view.VcenterEffect[]>,
    requests: () => call("GET", "requests") as Promise<view.SoapRecord[]>,
    /** Requests by SOAP method. */
    counts: () => call("GET", "counts") as Promise<Record<string, number>>,
    /** Forgets effects, requests and peaks. */
    reset: () => tell("POST", "reset"),
    settings: (changes: Partial<view.VcenterSettings>) => tell("POST", "settings", changes),
    addVm: (vm: view.NewVm) => call("POST", "vms", vm) as Promise<view.VmView>,
    changeVm: (name: string, change: view.VmChange) =>
      call("PATCH", named("vms", name), change) as Promise<view.VmView>,
    /** With its files, unless `files` is keep: then it is only unregistered. */
    deleteVm: (name: string, files: "delete" | "keep" = "delete") =>
      tell("DELETE", `${named("vms", name)}?files=${files}`),
    addSnapshot: (spec: view.NewSnapshot) => call("POST", "snapshots", spec) as Promise<view.VmView>,
    /** Makes the tag, if need be, and hangs it on these VMs. */
    tag: (name: string, ...vms: string[]) => tell("POST", "tags", { name, vms }),
    changeHost: (name: string, change: view.HostChange) => tell("PATCH", named("hosts", name), change),
    changeDatastore: (name: string, change: view.DatastoreChange) => tell("PATCH", named("datastores", name), change),
    /** HasPrivilegeOnEntities denies these; all others are granted. */
    denyPrivileges: (...denied: string[]) => tell("POST", "privileges", { denied }),
    fault: async (fault: view.VcenterFault) => ((await call("POST", "faults", fault)) as { id: number }).id,
    clearFaults: () => tell("DELETE", "faults"),
    /** Waits for a held request or task; empty when the time is over. */
    holds: (waitMs = 240_000) => call("GET", `holds?waitMs=${waitMs}`) as Promise<view.VcenterHold[]>,
    release: (id: number, action: "continue" | "drop") => tell("POST", `holds/${id}`, { action }),
    /** The NAS simulator was started again, and its control API is somewhere else. */
    useNas: (url: string) => tell("POST", "nas", { url }),
    expireSessions: () => tell("POST", "session/expire"),
    /** Every connection is closed unanswered, for ms or until `up`; all sessions are gone afterwards. */
    down: (ms = 0) => tell("POST", "outage", { ms }),
    up: () => tell("POST", "outage", { down: false }),
  };
}
