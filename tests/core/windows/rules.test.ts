import { describe, expect, test } from "vitest";
import type { Disk, HyperVVm, Inventory, Partition } from "../../../ts-core/windows/inventory.ts";
import { findingsOn } from "../../../ts-core/windows/rules.ts";

const naa = "6e843b60000000000000000000000001";
const disk: Disk = {
  ...{ number: 3, naa, serial: "S1", model: "QNAP iSCSI Storage", bus: "iSCSI", sizeBytes: 1 << 30 },
  ...{ offline: false, readOnly: false, clustered: false, boot: false, system: false },
  ...{ partitionStyle: "GPT", guid: "{aaaaaaaa-0000-0000-0000-000000000001}", signature: 0 },
};
const volumePath = "\\\\?\\Volume{bbbbbbbb-0000-0000-0000-000000000001}\\";
const partition: Partition = {
  ...{
    diskNumber: 3,
    number: 2,
    guid: "{bbbbbbbb-0000-0000-0000-000000000001}",
    offsetBytes: 1 << 24,
    sizeBytes: 1 << 29,
  },
  ...{ gptType: "{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}", mbrType: 0, boot: false, system: false },
  ...{ readOnly: false, hidden: false, noDefaultDriveLetter: false, shadowCopy: false },
  accessPaths: ["F:\\", volumePath],
  volume: { path: volumePath, fileSystem: "NTFS", label: "Data", sizeBytes: 1 << 29, freeBytes: 1 << 28 },
};
const session = {
  ...{ id: "1", targetIqn: "iqn.2004-04.com.qnap:t", initiatorIqn: "iqn.1991-05.com.microsoft:srv1" },
  ...{ authentication: "NONE", connected: true, persistent: true, portals: ["10.0.0.5:3260"] },
};
const vm: HyperVVm = {
  ...{ id: "v1", name: "web", state: "Running", clustered: false, generation: 2, version: "10.0", checkpoints: [] },
  ...{ guest: "Windows", backup: true, checkpointType: "Production" },
  files: [
    { role: "Configuration", path: "F:\\VMs\\Virtual Machines\\V1.vmcx" },
    { role: "Checkpoints", path: "F:\\VMs" },
    { role: "Paging", path: "C:\\ProgramData" },
    { role: "Disk", path: "f:\\vms\\web.vhdx" },
  ],
};
const inventory: Inventory = {
  ...{ naa, disks: [disk], partitions: [partition], sessions: [session], initiators: [], vms: [vm] },
  accessPaths: ["C:\\", "F:\\", volumePath, "F:\\deep\\"],
};

const rulesOn = (changes: Partial<Inventory>) =>
  findingsOn({ ...inventory, ...changes }).map(
    ({ rule, verdict, stopsRestore }) => `${rule} ${verdict} ${stopsRestore}`,
  );
const withDisk = (changes: Partial<Disk>) => rulesOn({ disks: [{ ...disk, ...changes }] });
const withPartition = (changes: Partial<Partition>) => rulesOn({ partitions: [{ ...partition, ...changes }] });
const withFile = (role: HyperVVm["files"][number]["role"], path: string) =>
  rulesOn({ vms: [{ ...vm, files: [...vm.files, { role, path }] }] });

const withWholeDisk = (state: string, path = "disk 3") =>
  rulesOn({
    disks: [{ ...disk, offline: true }],
    partitions: [],
    vms: [{ ...vm, state, files: [...vm.files.map((file) => ({ ...file, path: "C:\\VMs" })), { role: "Disk", path }] }],
  });

test("a disk passed through to a VM that is off, and another disk, do not stop a restore", () => {
  expect(withWholeDisk("Off")).toEqual(["OfflineDisk Refuse false"]);
  expect(withWholeDisk("Running", "disk 33")).toEqual(["OfflineDisk Refuse false"]);
});

test("nothing is found on an ordinary disk with a VM that lies on it with everything but its paging", () => {
  expect(findingsOn(inventory)).toEqual([]);
});

describe("what stops a restore, and so every snapshot that Windows takes part in", () => {
  test.each([
    ["two paths without MPIO", () => rulesOn({ disks: [disk, { ...disk, number: 4 }] }), "SeveralDisks"],
    ["a disk of a failover cluster", () => withDisk({ clustered: true }), "ClusterDisk"],
    ["the disk that Windows booted from", () => withDisk({ boot: true }), "BootOrSystemDisk"],
    ["the disk of the boot loader", () => withDisk({ system: true }), "BootOrSystemDisk"],
    ["an MBR dynamic disk", () => withPartition({ gptType: "", mbrType: 0x42 }), "DynamicDisk"],
    [
      "a disk of a storage pool",
      () => withPartition({ gptType: "{e75caf8f-f680-4cee-afa3-b001e56efc2d}" }),
      "StorageSpaces",
    ],
    ["a disk passed through to a VM", () => withWholeDisk("Running"), "PassThroughDisk"],
    ["a disk passed through to a VM whose memory is saved", () => withWholeDisk("Saved"), "PassThroughDisk"],
    ["a VM of a cluster", () => rulesOn({ vms: [{ ...vm, clustered: true }] }), "ClusteredVM"],
    ["a parent disk elsewhere", () => withFile("Disk", "C:\\parents\\base.vhdx"), "FilesElsewhere"],
    ["a file on a volume mounted below", () => withFile("Disk", "F:\\deep\\more.vhdx"), "FilesElsewhere"],
    ["a file on a share", () => withFile("Disk", "\\\\files\\vms\\more.vhdx"), "FilesElsewhere"],
  ])("%s", (_, found, rule) => {
    expect(found()).toContain(`${rule} Refuse true`);
  });
});

describe("what only stops a snapshot, or is told", () => {
  test.each([
    ["offline", () => withDisk({ offline: true }), "OfflineDisk Refuse false"],
    ["read-only", () => withDisk({ readOnly: true }), "ReadOnlyDisk Refuse false"],
    ["without a volume", () => rulesOn({ partitions: [], vms: [] }), "NoVolume Refuse false"],
    [
      "RAW",
      () => withPartition({ volume: { ...(partition.volume as NonNullable<Partition["volume"]>), fileSystem: "" } }),
      "FileSystem Refuse false",
    ],
    [
      "a log-in that a restart loses",
      () => rulesOn({ sessions: [{ ...session, persistent: false }] }),
      "NotPersistent Warn false",
    ],
    [
      "only an image in the drive of a VM elsewhere",
      () =>
        rulesOn({
          vms: [
            {
              ...vm,
              files: [
                { role: "Disk", path: "C:\\web.vhdx" },
                { role: "Image", path: "F:\\a.iso" },
              ],
            },
          ],
        }),
      "ImageInUse Warn true",
    ],
  ])("%s", (_, found, told) => {
    expect(found()).toEqual([told]);
  });
});
