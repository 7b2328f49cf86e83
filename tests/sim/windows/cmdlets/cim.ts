import { letterOf, volumePath, volumesOf } from "../disks/accessPaths.ts";
import { openFiles } from "../disks/openFiles.ts";
import { mountVolume, unmountVolume } from "../disks/volumes.ts";
import { CmdletError } from "../failure.ts";
import type { Host } from "../host.ts";
import { type Cmdlet, changes, type Params, type Row, reads } from "./cmdlet.ts";

const classes: Record<string, (host: Host) => Row[]> = {
  Win32_OperatingSystem: ({ settings }) => [
    {
      ...{ Caption: "Microsoft Windows Server 2022 Standard", Version: "10.0.20348", BuildNumber: "20348" },
      ...{ ProductType: 3, OperatingSystemSKU: 7, CSName: settings.computerName, OSArchitecture: "64-bit" },
      ...{ OSLanguage: settings.culture === "de-DE" ? 1031 : 1033 },
    },
  ],
  Win32_ComputerSystem: ({ settings }) => [
    { Name: settings.computerName, Domain: "example.com", PartOfDomain: true, HypervisorPresent: true },
  ],
  Win32_Volume: (host) =>
    volumesOf(host).map(({ volume }) => ({
      DeviceID: volumePath(volume),
      DriveLetter: letterOf(volume) && `${letterOf(volume)}:`,
      Name: volume.mounted[0] ?? volumePath(volume),
      Label: volume.partition.name,
      FileSystem: volume.device ? "NTFS" : null,
      ...{ DriveType: 3, BootVolume: false, SystemVolume: false },
    })),
  Win32_Service: ({ services }) =>
    services.map(({ name, displayName, executablePath, process }) => ({
      ...{ Name: name, DisplayName: displayName, PathName: `"${executablePath}"`, StartMode: "Auto" },
      ...{ State: process ? "Running" : "Stopped", Started: process !== undefined, ProcessId: process?.child.pid ?? 0 },
    })),
  Win32_Process: ({ processes }) =>
    processes.map(({ name, executablePath, child }) => ({
      ...{ Name: name, ProcessId: child.pid, ExecutablePath: executablePath, CommandLine: `"${executablePath}"` },
    })),
  Msvm_KvpExchangeComponent: ({ vms }) =>
    vms.map(({ config, guest }) => ({
      SystemName: config.id.toUpperCase(),
      GuestIntrinsicExchangeItems: guest ? kvpItems(config.guest) : [],
    })),
  Win32_PageFileUsage: () => [{ Name: "C:\\pagefile.sys", AllocatedBaseSize: 2048 }],
};

/** As the integration services of a guest tell; 2 is Windows' platform number. */
function kvpItems(guest: "Windows" | "Linux" | "Unknown"): string[] {
  const pairs = {
    Windows: { OSName: "Windows Server 2022 Standard", OSPlatformId: "2" },
    Linux: { OSName: "Debian GNU/Linux 12", OSPlatformId: "0" },
    Unknown: {},
  }[guest];
  const property = (name: string, value: string) =>
    `<PROPERTY NAME="${name}" TYPE="string"><VALUE>${value}</VALUE></PROPERTY>`;
  return Object.entries(pairs).map(
    ([name, data]) =>
      `<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem">${property("Data", data)}${property("Name", name)}</INSTANCE>`,
  );
}

function getInstance(host: Host, params: Params): Row[] {
  const name = String(params.ClassName);
  const found = classes[name];
  if (!found) throw cimFailure("Invalid class", "HRESULT 0x80041010", 0x80041010);
  const rows = found(host).map((row) => ({ $type: name, ...row }));
  return params.Filter === undefined ? rows : rows.filter(condition(String(params.Filter)));
}

const cimFailure = (message: string, id: string, hresult: number) =>
  new CmdletError({ message, id, category: "InvalidType", hresult });

/** `DeviceID='\\\\?\\Volume{...}\\'`, `Name = 'x' AND State = 'Running'`: in WQL a backslash is written twice. */
function condition(filter: string): (row: Row) => boolean {
  const terms = filter.split(/\s+and\s+/i).map((term) => /^\s*(\w+)\s*(=|like)\s*'(.*)'\s*$/i.exec(term));
  if (terms.includes(null)) throw cimFailure("Invalid query", "HRESULT 0x80041017", 0x80041017);
  return (row) =>
    terms.every((term) => {
      const [, property = "", operator = "", value = ""] = term ?? [];
      const wanted = value.replaceAll("\\\\", "\\").toLowerCase();
      const has = String(row[property]).toLowerCase();
      return operator === "=" ? has === wanted : has.includes(wanted.replaceAll("%", ""));
    });
}

const done = 0;
const forceRequired = 4;

async function invokeMethod(host: Host, params: Params): Promise<Row[]> {
  if (params.MethodName !== "Dismount") throw cimFailure("Invalid method", "HRESULT 0x8004102f", 0x8004102f);
  const { Force = false } = (params.Arguments ?? {}) as { Force?: boolean };
  const found = volumesOf(host).find(({ volume }) => volumePath(volume) === params.DeviceID);
  if (!found) throw cimFailure("Not found", "HRESULT 0x80041002", 0x80041002);
  const { disk, volume } = found;
  const open = openFiles([volume]);
  if (open.length > 0 && !Force) return [{ $type: "Win32_VolumeDismount", ReturnValue: forceRequired }];
  await unmountVolume(host, volume);
  // The next access mounts it again.
  await mountVolume(host, disk, volume);
  host.effects.add("volume.dismounted", volumePath(volume), { openFiles: open.length });
  return [{ $type: "Win32_VolumeDismount", ReturnValue: done }];
}

const getSmbOpenFile = ({ smbFiles }: Host): Row[] =>
  smbFiles.map((file, index) => ({
    ...{ $type: "MSFT_SmbOpenFile", FileId: index + 1, Path: file.path, ShareRelativePath: file.path.slice(3) },
    ...{ ClientComputerName: file.client, ClientUserName: file.user, SessionId: 1 },
  }));

export const cimCmdlets: Record<string, Cmdlet> = {
  "Get-CimInstance": reads(getInstance),
  "Invoke-CimMethod": changes(invokeMethod),
  "Get-SmbOpenFile": reads(getSmbOpenFile),
};
