import { CmdletError } from "../failure.ts";
import type { Host } from "../host.ts";
import { dependants, type Service, startService, stopService } from "../processes.ts";
import { type Cmdlet, changes, type Params, type Row, reads } from "./cmdlet.ts";

function serviceRow(host: Host, service: Service): Row {
  const related = (services: Service[]) => services.map(({ name }) => ({ Name: name }));
  return {
    $type: "System.ServiceProcess.ServiceController",
    Name: service.name,
    ServiceName: service.name,
    DisplayName: service.displayName,
    Status: service.process ? "Running" : "Stopped",
    StartType: "Automatic",
    CanStop: service.process !== undefined,
    DependentServices: related(dependants(host, service)),
    ServicesDependedOn: service.dependsOn.map((name) => ({ Name: name })),
  };
}

function named(host: Host, { Name }: Params): Service[] {
  if (Name === undefined) return host.services;
  return [Name].flat().map((name) => {
    const found = host.services.find((service) => service.name.toLowerCase() === String(name).toLowerCase());
    if (found) return found;
    const message = `Cannot find any service with service name '${name}'.`;
    const id = "NoServiceFoundForGivenName";
    throw new CmdletError({ message, id, category: "ObjectNotFound", hresult: 0x80131501, target: String(name) });
  });
}

const getService = (host: Host, params: Params): Row[] =>
  named(host, params).map((service) => serviceRow(host, service));

/** Without -Force a service that others need is not stopped (documented). */
async function stop(host: Host, params: Params): Promise<Row[]> {
  for (const service of named(host, params)) {
    const running = dependants(host, service).filter(({ process }) => process);
    if (running.length > 0 && params.Force !== true) {
      const message = `Cannot stop service '${service.displayName} (${service.name})' because it has dependent services.`;
      const id = "ServiceHasDependentServices";
      throw new CmdletError({ message, id, category: "InvalidOperation", hresult: 0x80131501, target: service.name });
    }
    for (const dependant of running) await stopService(host, dependant);
    await stopService(host, service);
  }
  return [];
}

async function start(host: Host, params: Params): Promise<Row[]> {
  for (const service of named(host, params)) await startService(host, service);
  return [];
}

export const serviceCmdlets: Record<string, Cmdlet> = {
  "Get-Service": reads(getService),
  "Stop-Service": changes(stop),
  "Start-Service": changes(start),
};
