import { stat } from "node:fs/promises";
import { localFolder } from "../disks/accessPaths.ts";
import type { Host } from "../host.ts";
import { applyCheckpoint, createCheckpoint, removeCheckpoint } from "../hyperv/checkpoints.ts";
import { hyperVFailure } from "../hyperv/failures.ts";
import { saveVm, startVm, stopVm } from "../hyperv/power.ts";
import { importVm, removeVm } from "../hyperv/registration.ts";
import { readHeader } from "../hyperv/virtualDisk.ts";
import { type Checkpoint, refresh, saveConfig, type Vm } from "../hyperv/vm.ts";
import { type Cmdlet, changes, type Params, type Row, reads } from "./cmdlet.ts";

async function vmRow(host: Host, vm: Vm): Promise<Row> {
  const state = await refresh(host, vm);
  const { config } = vm;
  return {
    $type: "Microsoft.HyperV.PowerShell.VirtualMachine",
    ...{ Id: config.id, VMId: config.id, Name: config.name, VMName: config.name, State: state },
    ...{ Status: vm.status, OperationalStatus: ["Ok"], Generation: config.generation, Version: config.version },
    ...{ Path: config.location, ConfigurationLocation: config.location },
    ...{ SnapshotFileLocation: config.snapshotLocation, CheckpointFileLocation: config.snapshotLocation },
    ...{ SmartPagingFilePath: config.pagingPath, CheckpointType: config.checkpointType, IsClustered: vm.clustered },
    ...{ ParentSnapshotId: config.checkpoints.at(-1)?.id ?? null, ComputerName: host.settings.computerName },
    ...{ AutomaticStartAction: "StartIfRunning", AutomaticStopAction: "Save", MemoryStartup: 1073741824 },
  };
}

/** VMs of -VM, -Id, -Name or -VMName; all where none is given. */
async function vmsOf(host: Host, { VMId, VMName }: Params): Promise<Vm[]> {
  await Promise.all(host.vms.map((vm) => refresh(host, vm)));
  const wanted = [VMId ?? VMName].flat().filter((value) => value !== undefined);
  if (wanted.length === 0) return host.vms;
  return wanted.map((value) => {
    const key = String(value).toLowerCase();
    const found = host.vms.find(({ config }) => [config.id, config.name.toLowerCase()].includes(key));
    if (found) return found;
    throw hyperVFailure(
      "InvalidParameter",
      0x80131500,
      `Hyper-V was unable to find a virtual machine with "${value}".`,
    );
  });
}

async function getVm(host: Host, params: Params): Promise<Row[]> {
  return Promise.all((await vmsOf(host, params)).map((vm) => vmRow(host, vm)));
}

const checkpointRow = ({ config }: Vm, checkpoint: Checkpoint): Row => ({
  $type: "Microsoft.HyperV.PowerShell.VMSnapshot",
  ...{ Id: checkpoint.id, Name: checkpoint.name, VMName: config.name, VMId: config.id, IsAutomaticCheckpoint: false },
  ...{ SnapshotType: checkpoint.type, State: checkpoint.hasMemory ? "Saved" : "Off", Path: config.snapshotLocation },
  ...{ ParentSnapshotId: checkpoint.parentId, CreationTime: new Date(checkpoint.createdMs).toISOString() },
});

async function getCheckpoint(host: Host, params: Params): Promise<Row[]> {
  const isWanted = ({ name, id }: Checkpoint) =>
    (params.Name === undefined || name === params.Name) && (params.Id === undefined || id === params.Id);
  const vms = await vmsOf(host, params);
  return vms.flatMap((vm) => vm.config.checkpoints.filter(isWanted).map((one) => checkpointRow(vm, one)));
}

async function getDrive(host: Host, params: Params): Promise<Row[]> {
  const { SnapshotId } = params;
  const vms = await vmsOf(host, params);
  const holders = vms.flatMap((vm) => [vm.config, ...vm.config.checkpoints].map((holder) => ({ vm, holder })));
  const wanted = holders.filter(({ vm, holder }) => (SnapshotId ? holder.id === SnapshotId : holder === vm.config));
  return wanted.flatMap(({ vm, holder }) =>
    holder.disks.map((path, index) => ({
      $type: "Microsoft.HyperV.PowerShell.HardDiskDrive",
      ...{ VMName: vm.config.name, VMId: vm.config.id, Path: path, DiskNumber: null, ControllerType: "SCSI" },
      ...{ ControllerNumber: 0, ControllerLocation: index, PoolName: "Primordial" },
    })),
  );
}

async function getImage(host: Host, params: Params): Promise<Row[]> {
  return (await vmsOf(host, params)).flatMap(({ config }) =>
    config.images.map((path) => ({
      $type: "Microsoft.HyperV.PowerShell.DvdDrive",
      ...{ VMName: config.name, VMId: config.id, Path: path, DvdMediaType: "ISO" },
    })),
  );
}

async function getVhd(host: Host, params: Params): Promise<Row[]> {
  const path = String(params.Path);
  const header = await readHeader(host, path);
  if (!header) throw hyperVFailure("OperationFailed", 0x80070002, `Failed to get the file '${path}'.`);
  const { size } = await stat(localFolder(host, path));
  return [
    {
      $type: "Microsoft.Vhd.PowerShell.VirtualHardDisk",
      ...{ Path: path, VhdFormat: "VHDX", VhdType: header.parent ? "Differencing" : "Dynamic", FileSize: size },
      ...{
        ParentPath: header.parent ?? "",
        DiskIdentifier: header.id.toUpperCase(),
        Attached: false,
        Size: 136365211648,
      },
    },
  ];
}

async function getIntegrationService(host: Host, params: Params): Promise<Row[]> {
  return (await vmsOf(host, params)).map(({ config, guest }) => ({
    $type: "Microsoft.HyperV.PowerShell.VMIntegrationComponent",
    ...{ VMName: config.name, Name: "VSS", Enabled: config.backup },
    Id: `Microsoft:${config.id.toUpperCase()}\\2497F4DE-E9FA-4204-80E4-4B75C46419C0`,
    PrimaryOperationalStatus: guest && config.backup ? "Ok" : "NoContact",
  }));
}

/** For each VM that the parameters name; a cmdlet of Hyper-V stops at the first that fails. */
const each = (work: (host: Host, vm: Vm, params: Params) => Promise<unknown>): Cmdlet =>
  changes(async (host, params) => {
    const rows: Row[] = [];
    for (const vm of await vmsOf(host, params)) {
      const given = await work(host, vm, params);
      if (Array.isArray(given)) rows.push(...given);
    }
    return rows;
  });

async function setVm(host: Host, vm: Vm, { CheckpointType }: Params): Promise<void> {
  if (CheckpointType === undefined) return;
  vm.config.checkpointType = String(CheckpointType) as Vm["config"]["checkpointType"];
  await saveConfig(host, vm);
  host.effects.add("vm.checkpointType", vm.config.id, { name: vm.config.name, type: CheckpointType });
}

async function checkpointVm(host: Host, vm: Vm, { SnapshotName }: Params): Promise<Row[]> {
  const name = String(SnapshotName ?? `${vm.config.name} - (${new Date().toISOString()})`);
  return [checkpointRow(vm, await createCheckpoint(host, vm, name))];
}

/** The checkpoint of -VMSnapshot, or those with -Name. */
const eachCheckpoint = (work: (host: Host, vm: Vm, checkpoint: Checkpoint) => Promise<void>): Cmdlet =>
  each(async (host, vm, { SnapshotId, Name }) => {
    for (const one of [...vm.config.checkpoints])
      if (one.id === SnapshotId || (SnapshotId === undefined && one.name === Name)) await work(host, vm, one);
  });

export const hyperVCmdlets: Record<string, Cmdlet> = {
  "Get-VM": reads(getVm),
  "Get-VMSnapshot": reads(getCheckpoint),
  "Get-VMHardDiskDrive": reads(getDrive),
  "Get-VMDvdDrive": reads(getImage),
  "Get-VHD": reads(getVhd),
  "Get-VMIntegrationService": reads(getIntegrationService),
  "Set-VM": each(setVm),
  "Checkpoint-VM": each(checkpointVm),
  "Remove-VMSnapshot": eachCheckpoint(removeCheckpoint),
  "Restore-VMSnapshot": eachCheckpoint(applyCheckpoint),
  "Start-VM": each(startVm),
  "Save-VM": each(saveVm),
  "Stop-VM": each((host, vm, { Save }) => (Save === true ? saveVm(host, vm) : stopVm(host, vm))),
  "Remove-VM": each(removeVm),
  "Import-VM": changes(async (host, { Path }) => [await vmRow(host, await importVm(host, String(Path)))]),
};
