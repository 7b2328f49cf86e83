import { cimCmdlets } from "./cim.ts";
import { clusterCmdlets } from "./cluster.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { diskCmdlets } from "./disk.ts";
import { hyperVCmdlets } from "./hyperV.ts";
import { iscsiCmdlets } from "./iscsi.ts";
import { partitionCmdlets } from "./partition.ts";
import { serviceCmdlets } from "./service.ts";
import { volumeCmdlets } from "./volume.ts";

export const cmdlets: Record<string, Cmdlet> = {
  ...diskCmdlets,
  ...partitionCmdlets,
  ...volumeCmdlets,
  ...iscsiCmdlets,
  ...cimCmdlets,
  ...serviceCmdlets,
  ...hyperVCmdlets,
  ...clusterCmdlets,
};
