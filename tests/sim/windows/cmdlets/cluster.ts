import type { Host } from "../host.ts";
import { type Cmdlet, type Row, reads } from "./cmdlet.ts";

const clustered = (host: Host) => host.disks.flatMap(({ cluster }) => (cluster ? [cluster] : []));

const resourceRow = (name: string): Row => ({
  $type: "Microsoft.FailoverClusters.PowerShell.ClusterResource",
  ...{ Name: name, State: "Online", OwnerGroup: "Available Storage", ResourceType: "Physical Disk" },
});

const getResource = (host: Host): Row[] => clustered(host).map(({ resource }) => resourceRow(resource));

const getSharedVolume = (host: Host): Row[] =>
  clustered(host)
    .filter(({ sharedVolume }) => sharedVolume)
    .map(({ resource }, index) => ({
      $type: "Microsoft.FailoverClusters.PowerShell.ClusterSharedVolume",
      ...{ Name: resource, State: "Online", OwnerNode: host.settings.computerName },
      SharedVolumeInfo: [{ FriendlyVolumeName: `C:\\ClusterStorage\\Volume${index + 1}` }],
    }));

const getMpioSetting = (): Row[] => [
  {
    $type: "MPIO_Setting",
    ...{ PathVerificationState: "Disabled", PathVerificationPeriod: 30, PDORemovePeriod: 20, RetryCount: 3 },
    ...{ RetryInterval: 1, UseCustomPathRecoveryTime: "Disabled", CustomPathRecoveryTime: 40, DiskTimeoutValue: 60 },
  },
];

const getClaims = ({ settings }: Host): Row[] => [{ $type: "MSDSM_Claims", iSCSI: settings.mpio, SAS: false }];

export const clusterCmdlets: Record<string, Cmdlet> = {
  "Get-ClusterResource": reads(getResource),
  "Get-ClusterSharedVolume": reads(getSharedVolume),
  "Get-MPIOSetting": reads(getMpioSetting),
  "Get-MSDSMAutomaticClaimSettings": reads(getClaims),
};
