/**
 * The one error catalogue. On the wire `error.data.code`, in PowerShell the FullyQualifiedErrorId.
 * Every message says what happened and what to do next; `{name}` is filled from the details.
 */

/** Names of System.Management.Automation.ErrorCategory, so that the bridge need not translate. */
export type ErrorCategory =
  | "InvalidArgument"
  | "InvalidData"
  | "InvalidOperation"
  | "ObjectNotFound"
  | "ResourceBusy"
  | "ResourceExists"
  | "ResourceUnavailable"
  | "LimitsExceeded"
  | "AuthenticationError"
  | "PermissionDenied"
  | "SecurityError"
  | "ConnectionError"
  | "OperationTimeout"
  | "OperationStopped"
  | "ProtocolError"
  | "NotImplemented"
  | "NotSpecified";

interface CatalogueEntry {
  message: string;
  category: ErrorCategory;
  /** True: the same request may be sent again as it is, after a while. */
  retryable?: true;
}

export const catalogue = {
  // Wire
  MalformedMessage: {
    category: "ProtocolError",
    message: "The core could not read a message: {reason}. Nothing was done.",
  },
  MessageTooLarge: {
    category: "ProtocolError",
    message: "A message of more than {limitBytes} bytes was refused. Send fewer objects at a time.",
  },
  AnswerTooLarge: {
    category: "LimitsExceeded",
    message:
      "What was asked for has been done, but the answer is larger than {limitBytes} bytes and was not sent. Ask for less at a time.",
  },
  UnknownOperation: {
    category: "ProtocolError",
    message: "The core has no operation '{operation}'. Module and core differ in version: install the module again.",
  },
  NotInitialized: {
    category: "ProtocolError",
    message: "'initialize' must be the first request. Import the module again.",
  },
  CoreVersionMismatch: {
    category: "ProtocolError",
    message:
      "The core is version {coreVersion}, the module is version {moduleVersion}. Install the module again so that both match.",
  },
  InvalidParameter: { category: "InvalidArgument", message: "Parameter {parameter}: {reason}." },
  Cancelled: { category: "OperationStopped", message: "The operation was cancelled. {state}" },
  Internal: {
    category: "NotSpecified",
    message: "The core met a defect of its own: {reason}. Please report it; nothing more was changed.",
  },

  // Reaching a NAS
  NasNotConnected: {
    category: "ObjectNotFound",
    message:
      "No NAS named '{nas}' is connected or stored. Run Connect-QnapNas for this session, or Set-QnapNas to keep it for the machine.",
  },
  NasChanged: {
    category: "InvalidOperation",
    message:
      "{nas} is another NAS now (serial number {serialNumber}, before {before}). Nothing was changed; if that is meant, run Connect-QnapNas again.",
  },
  NoNasKnown: {
    category: "ObjectNotFound",
    message:
      "No NAS is connected or stored. Run Connect-QnapNas for this session, or Set-QnapNas to keep one for the machine.",
  },
  NasNotChosen: {
    category: "InvalidArgument",
    message: "More than one NAS is known ({names}). Say which one with -Nas.",
  },
  NasUnknownHost: {
    category: "ConnectionError",
    message:
      "The name '{nas}' cannot be resolved. Check the spelling or use the NAS's address; Find-QnapNas lists what answers on this network.",
  },
  NasUnreachable: {
    category: "ConnectionError",
    retryable: true,
    message:
      "Nothing answers at {nas} ({reason}). Check address, port and firewall; QTS listens on 443 (HTTPS) and 8080 (HTTP) unless it was changed.",
  },
  NasNoAnswer: {
    category: "OperationTimeout",
    retryable: true,
    message: "{nas} took the request '{call}' but did not answer ({reason}). Nothing was changed by this call.",
  },
  NotAQnapNas: {
    category: "ProtocolError",
    message: "What answers at {nas} is not a QNAP NAS ({reason}). Check address and port.",
  },
  CertificateUntrusted: {
    category: "SecurityError",
    message:
      "The certificate of {nas} is not trusted by this machine ({reason}). Compare its SHA-256 fingerprint with the NAS's own: {fingerprint}. Then connect with -CertificateFingerprint '{fingerprint}'.",
  },
  CertificateExpired: {
    category: "SecurityError",
    message:
      "The certificate of {nas} is not valid now (valid {validFrom} to {validTo}). Renew it on the NAS, check this machine's clock, or pin it with -CertificateFingerprint '{fingerprint}'.",
  },
  CertificateMismatch: {
    category: "SecurityError",
    message:
      "The certificate of {nas} is not the one that was pinned: expected {expected}, found {fingerprint}. If the certificate was renewed, pin the new one; if not, somebody may be in between.",
  },
  PasswordRefused: {
    category: "AuthenticationError",
    message:
      "{nas} refused the login of '{user}'. A NAS does not say whether password, account or privileges are the reason. This password is not tried again from this machine, so that the NAS does not lock it out: use another password, or -RetryRefusedPassword once the account is mended.",
  },
  PasswordLatched: {
    category: "AuthenticationError",
    message:
      "This password for '{user}' was refused by {nas} at {since}, and is not tried again so that the NAS does not lock this machine out. Use another password, or -RetryRefusedPassword once the account is mended.",
  },
  PasswordExpired: {
    category: "AuthenticationError",
    message: "The password of '{user}' on {nas} has expired. Change it on the NAS, then connect again.",
  },
  TwoFactorRequired: {
    category: "AuthenticationError",
    message: "{nas} asks for a second step for '{user}'. Give -OneTimePassword, or -TotpSecret for unattended use.",
  },
  TwoFactorRefused: {
    category: "AuthenticationError",
    message:
      "{nas} refused the one-time password of '{user}'. A code is good once and for 30 s, and the clocks must agree: this machine says {localTime}, the NAS {nasTime} (in its own time zone).",
  },
  TotpSecretRefused: {
    category: "AuthenticationError",
    message:
      "{nas} refused the code that was made from the TOTP secret of '{user}'. The clocks must agree as well: this machine says {localTime}, the NAS {nasTime} (in its own time zone). The secret is not tried again from this machine, so that the NAS does not lock it out: give the one that the NAS shows at enrolment, or -RetryRefusedPassword once account or clock is mended.",
  },
  TotpSecretLatched: {
    category: "AuthenticationError",
    message:
      "This TOTP secret of '{user}' was refused by {nas} at {since}, and is not tried again so that the NAS does not lock this machine out. Give the one that the NAS shows at enrolment, or -RetryRefusedPassword once account or clock is mended.",
  },
  ClocksDiffer: {
    category: "AuthenticationError",
    message:
      "{nas} refused the code that was made from the TOTP secret of '{user}', as the clocks differ: this machine says {localTime}, the NAS {nasTime} (in its own time zone). A code is good for 30 s: let both take the time from the same NTP server.",
  },
  TwoFactorNotEnrolled: {
    category: "AuthenticationError",
    message:
      "{nas} demands two-step verification, but '{user}' has not set it up. Log in once with a browser and enrol.",
  },
  NoRights: {
    category: "PermissionDenied",
    message:
      "'{user}' may not do this on {nas}: storage calls need a member of 'administrators' (or the delegated role System Management for reading).",
  },
  NasError: { category: "InvalidOperation", message: "{nas} refused '{call}' with code {result}: {reason}." },
  NasBusy: {
    category: "ResourceBusy",
    retryable: true,
    message: "{nas} is busy ('{call}' answered {result}). Nothing was changed; try again in a while.",
  },
  NasAnswerUnreadable: {
    category: "ProtocolError",
    retryable: true,
    message: "The answer of {nas} to '{call}' could not be read ({reason}). Nothing was changed by this call.",
  },
  OutcomeUnknown: {
    category: "OperationTimeout",
    message:
      "Outcome unknown: {nas} did not confirm '{call}' ({reason}). {found} Repair-QnapOperation {operation} looks again and finishes or undoes it.",
  },
  NotSupportedByFirmware: {
    category: "NotImplemented",
    message: "{what} is not possible on {nas} ({firmware}): {reason}.",
  },
  PoolFull: {
    category: "ResourceUnavailable",
    message:
      "The storage pool of '{lun}' on {nas} has no room left ({freeBytes} bytes free). Free space or extend the pool; nothing was changed.",
  },

  // LUNs and snapshots
  LunNotFound: { category: "ObjectNotFound", message: "No LUN '{lun}' on {nas}. Get-QnapLun lists what is there." },
  LunPattern: {
    category: "InvalidArgument",
    message: "'{lun}' has wildcards, and exactly one LUN is wanted here. Pipe in what fits: Get-QnapLun '{lun}' | ...",
  },
  LunAmbiguous: {
    category: "InvalidArgument",
    message: "'{lun}' names {count} LUNs on {nas}. Say which one by its NAA: {naas}.",
  },
  LunChanged: {
    category: "InvalidOperation",
    message:
      "LUN {lunIndex} on {nas} is not the LUN that was asked for: expected '{expectedName}' with NAA {expectedNaa}, found '{name}' with NAA {naa}. Indexes are reused after a LUN is deleted; nothing was changed. List the LUNs again.",
  },
  LunNotReady: {
    category: "ResourceBusy",
    retryable: true,
    message: "LUN '{lun}' on {nas} is not ready ({status}). Wait until the NAS has finished with it.",
  },
  LunBusy: {
    category: "ResourceBusy",
    retryable: true,
    message: "Another operation ({owner}) is working on LUN '{lun}'. Wait for it, or look at Get-QnapOperation.",
  },
  LunInUse: {
    category: "ResourceBusy",
    message:
      "LUN '{lun}' may be in use: {initiators} logged in to its target. Disconnect it there first, or add -Force once you know that it was given up.",
  },
  LunNameTaken: {
    category: "ResourceExists",
    message: "A LUN named '{lun}' exists already on {nas}. Choose another name.",
  },
  LunHasSnapshots: {
    category: "InvalidOperation",
    message: "LUN '{lun}' has {count} snapshot(s) of its own ({names}). Remove them first; nothing was changed.",
  },
  NotAClone: {
    category: "PermissionDenied",
    message:
      "'{lun}' was not made by New-QnapLunClone on this machine (name and NAA must both be on record), so it is not removed. Remove it in the NAS's own interface if it must go.",
  },
  CloneMounted: {
    category: "ResourceBusy",
    message:
      "LUN '{lun}' is mounted {where}. Dismount-QnapLunSnapshot takes it away from there and then removes it; nothing was changed.",
  },
  MountNotFound: {
    category: "ObjectNotFound",
    message:
      "No snapshot is mounted as '{mount}' by this machine. Mounted now: {known}. What was mounted by hand is dismounted by hand.",
  },
  SnapshotNotFound: {
    category: "ObjectNotFound",
    message:
      "No snapshot '{snapshot}' of LUN '{lun}' on {nas}. It may have expired or been deleted; Get-QnapLunSnapshot lists what is there.",
  },
  SnapshotAmbiguous: {
    category: "InvalidArgument",
    message: "'{snapshot}' names {count} snapshots of LUN '{lun}'. Say which one by its id: {ids}.",
  },
  SnapshotNotOurs: {
    category: "PermissionDenied",
    message: "Snapshot '{snapshot}' was not made by QnapSnapshot ({reason}), so it is not removed. {advice}",
  },
  SnapshotLimitReached: {
    category: "LimitsExceeded",
    message:
      "LUN '{lun}' on {nas} has {count} snapshots, and the NAS refuses more (documented limits: {limits}). Remove some; nothing was changed.",
  },
  SnapshotHasClone: {
    category: "ResourceBusy",
    message:
      "Snapshot '{snapshot}' cannot be removed or passed over while the clone '{clones}' depends on it. Remove the clone first.",
  },
  SnapshotNotGone: {
    category: "OperationTimeout",
    message:
      "{nas} accepted the removal of '{snapshot}' but still shows it after {seconds} s. Repair-QnapOperation {operation} follows it up.",
  },
  NewerSnapshots: {
    category: "InvalidOperation",
    message:
      "Reverting LUN '{lun}' would destroy {count} newer snapshot(s): {names}. Add -DestroyNewerSnapshots if they may go, or use New-QnapLunClone to look inside without a revert.",
  },
  SafetyCopyImpossible: {
    category: "InvalidOperation",
    message:
      "No safety copy of LUN '{lun}' can be made on {nas}: {reason}. Nothing was changed. Free what is missing, or add -SafetyCopy None if the present content may be lost.",
  },

  // Who uses a LUN
  NoConsumerKnown: {
    category: "ObjectNotFound",
    message:
      "-Type Application needs to know who uses the LUN, and nobody can be asked: this is no Windows Server, and no vCenter is stored. Run Set-QnapVMwareSetting, or take -Type Crash. Nothing was done.",
  },
  LunNotUsed: {
    category: "ObjectNotFound",
    message:
      "No disk or datastore lies on LUN '{lun}' (NAA {naa}) in {consumers}, so nobody can be asked to bring its content to a consistent state. Check that this server, or the ESXi hosts of that vCenter, see the LUN (rescan), or take -Type Crash. Nothing was done.",
  },
  PreflightRefused: {
    category: "InvalidOperation",
    message:
      "{count} finding(s) on {vcenter} speak against this snapshot: {reasons}. Test-QnapLun lists them all; mend them, or, where it is a vCenter, judge a rule otherwise with Set-QnapVMwareSetting -RuleVerdict. Nothing was done.",
  },
  MixedSet: {
    category: "InvalidArgument",
    message:
      "LUNs {frozen} are frozen by VSS on this server while the NAS takes their snapshots, LUNs {others} are held in another way, or by somebody else as well: one set cannot be both. Call New-QnapLunSnapshot once for each. Nothing was done.",
  },
  HoldFailed: {
    category: "InvalidOperation",
    message:
      "No snapshot was taken, as not everything on the LUN could be held: {reasons}. What had been held was let go again. Mend it, or have these VMs held in another way: VMware by Set-QnapVMwareSetting -SnapshotMethod, Hyper-V by -HyperVCheckpoint.",
  },
  LunCannotBeReleased: {
    category: "ResourceBusy",
    message:
      "LUN '{lun}' cannot be taken away from its users: {reasons}. Nothing was changed. -WhatIf shows the whole plan.",
  },
  VMsWithoutVCenter: {
    category: "ResourceUnavailable",
    message:
      "{reason}, but no vCenter that is stored for this machine has a datastore on LUN '{lun}': its VMs cannot be shut down before the revert and brought back after it. Store their vCenter with Set-QnapVMwareSetting, or add -Force once the datastore is unmounted on every host. Nothing was changed.",
  },
  NewerVMs: {
    category: "InvalidOperation",
    message:
      "{count} VM(s) on LUN '{lun}' are not in the snapshot and would be lost: {names}. Move them to another datastore first, or add -DestroyNewerVMs. Nothing was changed.",
  },
  NoVMSnapshots: {
    category: "InvalidArgument",
    message:
      "This machine has no record of VM snapshots inside '{snapshot}', so -RevertVMSnapshot cannot be done. Leave it out, or restore on the machine that took the snapshot.",
  },
  LunNotTakenBack: {
    category: "OperationStopped",
    message:
      "Not everything that used the LUN is back on {consumer}: {reason} Run Repair-QnapOperation {operation} once that is mended; by hand, this is left: {steps}.",
  },
  NasTooSlow: {
    category: "LimitsExceeded",
    message:
      "{nas} would take about {seconds} s for {count} snapshots, {width} at a time, and VSS holds all writes for {limitSeconds} s at most. Nothing was changed. Take fewer of its LUNs in one set.",
  },
  ShadowSetDiffers: {
    category: "InvalidOperation",
    message:
      "The shadow copy set that VSS has made is of other LUNs ({luns}) than those asked for. Nothing was changed. See which volumes lie on which LUN with Get-QnapLunConsumer, and ask for all LUNs of a volume.",
  },
  HoldLeft: {
    category: "OperationTimeout",
    message:
      "{count} VM snapshot(s) made for this operation may be left and grow: {members}. {state} Run Repair-QnapOperation {operation}, which removes them.",
  },

  // VSS
  RequestorNotStarted: {
    category: "ResourceUnavailable",
    message:
      "The program {path}, which asks VSS for shadow copies, could not be started: {reason}. Install the module again. Nothing was frozen.",
  },
  RequestorBroken: {
    category: "NotSpecified",
    message:
      "The program that asks VSS for shadow copies did not do its part: {reason}. VSS thaws what it had frozen. Try again; if it stays so, restart the service VSS.",
  },
  VssNotAllowed: {
    category: "PermissionDenied",
    message:
      "VSS refused in {phase} with {hresult}: this account may not have shadow copies made. Run PowerShell as an administrator. Nothing was changed.",
  },
  VssVolumeNotSupported: {
    category: "ResourceUnavailable",
    message:
      "No VSS hardware provider makes shadow copies of these volumes ({hresult} in {phase}). Get-QnapVssProvider tells whether ours is installed; the NAS must be stored for the machine (Set-QnapNas), and not only be connected. No snapshot is left.",
  },
  VssBusy: {
    category: "ResourceBusy",
    retryable: true,
    message:
      "VSS is making another program's shadow copies ({hresult} in {phase}), and makes one set at a time. Try again in some minutes. Nothing was changed.",
  },
  VssVetoed: {
    category: "InvalidOperation",
    message: "The VSS provider refused the set ({hresult} in {phase}): {reason}. Everything was thawed again.",
  },
  VssTooSlow: {
    category: "OperationTimeout",
    message:
      "VSS could not hold the volumes until their snapshots were taken ({hresult} in {phase}): the NAS or the disks are too busy. Everything was thawed again. Take fewer LUNs at a time, or at a quieter time.",
  },
  VssWriterFailed: {
    category: "InvalidOperation",
    message:
      "VSS gave the set up ({hresult} in {phase}), as applications did not get ready: {writers}. Everything was thawed again. `vssadmin list writers` shows their state.",
  },
  VssFailed: {
    category: "NotSpecified",
    message:
      "VSS failed in {phase} with {hresult}: {meaning}. Everything was thawed again. See the event log Application, sources VSS and VolSnap.",
  },

  // Reaching a vCenter
  VCenterUnreachable: {
    category: "ConnectionError",
    retryable: true,
    message:
      "No vCenter answers at {vcenter} ({reason}). Check address, port (443 unless it was changed) and firewall; nothing was changed.",
  },
  VCenterNoAnswer: {
    category: "OperationTimeout",
    retryable: true,
    message:
      "The vCenter {vcenter} took the request '{call}' but did not answer ({reason}). Nothing was changed by this call.",
  },
  VCenterAnswerUnreadable: {
    category: "ProtocolError",
    retryable: true,
    message:
      "The answer of {vcenter} to '{call}' could not be read ({reason}). Check that it is the address of a vCenter Server.",
  },
  VCenterCertificateRefused: {
    category: "SecurityError",
    message:
      "The certificate of vCenter {vcenter} is not trusted by this machine ({reason}). Compare its SHA-256 thumbprint with the one that vCenter itself shows: {fingerprint}. Then store it with Set-QnapVMwareSetting -CertificateThumbprint '{fingerprint}'.",
  },
  VCenterCertificateExpired: {
    category: "SecurityError",
    message:
      "The certificate of vCenter {vcenter} is not valid now (valid {validFrom} to {validTo}). Renew it there, check this machine's clock, or pin it with Set-QnapVMwareSetting -CertificateThumbprint '{fingerprint}'.",
  },
  VCenterCertificateMismatch: {
    category: "SecurityError",
    message:
      "The certificate of vCenter {vcenter} is not the one that was pinned: expected {expected}, found {fingerprint}. If the certificate was renewed, pin the new one with Set-QnapVMwareSetting; if not, somebody may be in between.",
  },
  VCenterPasswordRefused: {
    category: "AuthenticationError",
    message:
      "The vCenter {vcenter} refused the log-in of '{user}'. This password is not tried again from this machine, so that single sign-on does not lock the account. Give the user as 'name@domain' and the right password to Set-QnapVMwareSetting, or add -RetryRefusedPassword once the account is mended.",
  },
  VCenterPasswordLatched: {
    category: "AuthenticationError",
    message:
      "This password for '{user}' was refused by the vCenter {vcenter} at {since}, and is not tried again so that single sign-on does not lock the account. Give another password to Set-QnapVMwareSetting, or add -RetryRefusedPassword once the account is mended.",
  },
  VCenterBusy: {
    category: "ResourceBusy",
    retryable: true,
    message:
      "Another process of this machine has been logging in to the vCenter {vcenter} for a minute. Nothing was changed; try again in a while.",
  },
  VCenterStoredTwice: {
    category: "ResourceExists",
    message:
      "The vCenter at {vcenter} is stored already, as '{other}'. Change that one, or remove it first with Remove-QnapVMwareSetting; nothing was changed.",
  },
  VCenterNotStored: {
    category: "ObjectNotFound",
    message:
      "No vCenter named '{vcenter}' is stored for this machine. Set-QnapVMwareSetting stores one, Get-QnapVMwareSetting lists them.",
  },
  VCenterNoRights: {
    category: "PermissionDenied",
    message: "The vCenter account may not do '{call}' on {vcenter} ({reason}). Give its role the missing privilege.",
  },
  VCenterNotSupported: {
    category: "NotImplemented",
    message: "{vcenter} has no '{what}'. A vCenter Server is needed; a single ESXi host will not do.",
  },
  VCenterRefused: { category: "InvalidOperation", message: "The vCenter {vcenter} refused '{call}': {reason}." },
  VCenterChanged: {
    category: "InvalidOperation",
    message:
      "{vcenter} is another vCenter now (instance id {instanceUuid}, before {before}). Nothing was changed there. Have the name lead to the vCenter that manages these hosts, or finish by hand.",
  },
  LunNotReleased: {
    category: "ResourceBusy",
    message:
      "The LUN with NAA {naa} is still in use in vCenter {vcenter}: {left}. The NAS was not told to change it. Look at what holds it there, then try again.",
  },
  DatastoreNotFound: {
    category: "ObjectNotFound",
    message:
      "No datastore of vCenter {vcenter} lies on the LUN with NAA {naa}. Check that the ESXi hosts are connected and see the LUN (rescan), and that this vCenter manages them.",
  },
  NoVCenterKnown: {
    category: "ObjectNotFound",
    message: "No vCenter is stored for this machine. Set-QnapVMwareSetting stores one; nothing was changed.",
  },
  DatastoreHasExtents: {
    category: "InvalidOperation",
    message:
      "Datastore '{datastore}' on LUN '{lun}' also lies on {others}: a copy of one LUN alone cannot be mounted. Nothing was changed.",
  },
  VMHostNotFound: {
    category: "ObjectNotFound",
    message:
      "No ESXi host '{host}' on the vCenters that are stored for this machine ({vcenters}). Give its name as vCenter shows it ({known}), or store the vCenter that manages it with Set-QnapVMwareSetting.",
  },
  VMHostAmbiguous: {
    category: "InvalidArgument",
    message: "'{host}' names {count} ESXi hosts ({names}). Give the full name of one.",
  },
  VMHostNotConnected: {
    category: "ResourceUnavailable",
    message:
      "ESXi host '{host}' is {state} in {vcenter}. Connect it there first, or take another host; nothing was changed.",
  },
  VMHostDoesNotSeeLun: {
    category: "ResourceUnavailable",
    message:
      "ESXi host '{host}' of {vcenter} does not see LUN '{lun}' (naa.{naa}), so it would not see a copy on the same target either. Rescan its storage, or take a host that has the datastore; nothing was changed.",
  },
  CopyNotMountable: {
    category: "InvalidOperation",
    message:
      "The copy '{lun}' (naa.{naa}) cannot be mounted on ESXi host '{host}': {reason}. Check the LUN's target and access rights, and that the snapshot holds a VMFS datastore.",
  },
  CopyInUse: {
    category: "ResourceBusy",
    message:
      "The copy '{lun}' (datastore: {datastore}) cannot be taken away from its hosts by {vcenter}: {reasons}. Mend that, then dismount it again.",
  },
  VmSnapshotAmbiguous: {
    category: "InvalidOperation",
    message:
      "VM '{vm}' has more than one snapshot of operation {operation}, so it is not known which one is meant. Revert it in vSphere and remove them there.",
  },
  VmwareTimeout: {
    category: "OperationTimeout",
    message: "'{what}' on {vcenter} was not done within {seconds} s. {state}",
  },

  // The Windows that uses a LUN
  WindowsNotHere: {
    category: "ObjectNotFound",
    message:
      "This is about a LUN as a Windows Server uses it, and this machine is none. Run it in PowerShell on that Windows Server; nothing was changed.",
  },
  PowerShellNotStarted: {
    category: "ResourceUnavailable",
    message:
      "Windows cannot be asked who uses LUNs: PowerShell at {path} did not start ({reason}). Check that this account may run it, that its execution policy allows the scripts of the module, and that nothing blocks it.",
  },
  PowerShellNoAnswer: {
    category: "OperationTimeout",
    retryable: true,
    message: "Windows did not answer '{call}' ({reason}). Nothing was changed by this call; try again in a while.",
  },
  WindowsRefused: {
    category: "InvalidOperation",
    message: "Windows refused '{call}': {reason} ({id}, {hresult}). It needs an administrator's PowerShell.",
  },
  WindowsNotDone: {
    category: "OperationTimeout",
    message: "Windows did not {what} within {seconds} s. It was asked to and may still do it; look at Disk Management.",
  },
  ScratchRefused: {
    category: "InvalidOperation",
    message:
      "LUN naa.{naa} cannot serve for a measurement: {reason}. Give a LUN that this server uses, with one volume at a drive letter or folder, and nothing on it that matters.",
  },
  WindowsDiskNotThere: {
    category: "ObjectNotFound",
    message:
      "Windows does not show the disk with NAA {naa} any more. Check the iSCSI log-in and rescan the disks; nothing was changed.",
  },
  WindowsDiskAmbiguous: {
    category: "InvalidOperation",
    message:
      "Disks {disks} of this server are one LUN (NAA {naa}), seen over several paths. Set MPIO up for it, or log out of all but one session, then try again.",
  },
  WindowsDiskChanged: {
    category: "InvalidOperation",
    message:
      "Disk {number} (NAA {naa}) is not the disk that it was: it is {found} now, and was {before}. It was left as it is. Look at what is on it, and bring it online by hand if that is right.",
  },
  WindowsDiskInUse: {
    category: "ResourceBusy",
    message:
      "The disk with NAA {naa} is still in use on this server: {users}. Stop what uses it, then try again. The NAS was not told to change it.",
  },

  MountPathRefused: {
    category: "InvalidArgument",
    message: "A copy of LUN '{lun}' cannot be mounted at {path}: {reason}. Nothing was changed.",
  },
  MountInUse: {
    category: "ResourceBusy",
    message:
      "The copy '{lun}' at {path} cannot be taken away from this server: {reasons}. Mend that, then dismount it again.",
  },

  // State of this machine
  StateFolderUnsafe: {
    category: "SecurityError",
    message:
      "The state folder {folder} is not safe to use: {reason}. Mend its owner and rights, or name another one in QNAP_SNAPSHOT_HOME.",
  },
  StateUnreadable: {
    category: "InvalidData",
    message:
      "{file} in the state folder cannot be read: {reason}. It was left as it is; restore it from a backup or move it away.",
  },
  StateUnwritable: {
    category: "ResourceUnavailable",
    message:
      "{file} in the state folder cannot be written: {reason}. Nothing was changed on the NAS; free space or mend its rights.",
  },
  SecretToolMissing: {
    category: "ResourceUnavailable",
    message:
      "{tool}, which opens the key of stored passwords, cannot be started: {reason}. Install the module again from its release package, and check that no virus scanner or application control policy blocks it.",
  },
  SecretKeyForeign: {
    category: "PermissionDenied",
    message:
      "Windows does not open the key of stored passwords, {file}: {reason}. It opens it only for the account that made it, logged on with its password (a remoting session may not be), or in the machine's folder only on the machine that did. Use that account or machine; or move the file away, and store NAS and vCenters again with Set-QnapNas and Set-QnapVMwareSetting.",
  },
  SecretKeyNotProtected: {
    category: "ResourceUnavailable",
    message:
      "Windows does not protect the key of stored passwords, {file}: {reason}. That takes an account whose profile is loaded and that is logged on with its password (a remoting session may not be): log on so, then try again. Nothing was stored.",
  },
  OperationNotFound: {
    category: "ObjectNotFound",
    message: "No operation '{operation}' is on record. Get-QnapOperation lists them.",
  },
  OperationUnsettled: {
    category: "InvalidOperation",
    message:
      "Operation {operation} on LUN '{lun}' was interrupted and is not settled yet: settled later, it would undo this one. Run Repair-QnapOperation {operation} first; nothing was changed.",
  },
  RevertInDoubt: {
    category: "InvalidOperation",
    message:
      "Whether LUN '{lun}' was reverted to '{snapshot}' is not known: that was interrupted, and the journal's last line is of {since}. The LUN is disabled on its targets and was not touched. If nobody has enabled it since, Repair-QnapOperation {operation} -RevertAgain reverts it once more and enables it. If somebody has used it, enable it on the NAS and run Repair-QnapOperation {operation}: it then stays as it is.",
  },
  OperationUnreadable: {
    category: "InvalidData",
    message:
      "The journal of operation {operation}, which may be an unfinished restore of LUN '{lun}', is damaged: {reason} Look at the NAS: no revert of the LUN may be under way, and it must be enabled on its targets. Then move that file away; nothing was changed.",
  },
  OperationAlive: {
    category: "ResourceBusy",
    retryable: true,
    message: "Operation {operation} is still running in another session. Wait for it to end; it is not touched.",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
export type ErrorDetails = Record<string, unknown>;

export class QnapError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(fill(catalogue[code].message, details), cause === undefined ? undefined : { cause });
    this.name = "QnapError";
    this.code = code;
    this.details = details;
  }

  get category(): ErrorCategory {
    return catalogue[this.code].category;
  }

  get retryable(): boolean {
    return "retryable" in catalogue[this.code];
  }
}

export function isCode(error: unknown, ...codes: ErrorCode[]): error is QnapError {
  return error instanceof QnapError && codes.includes(error.code);
}

/** Text of a NAS, without what would move a terminal's cursor or ring its bell. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** What went wrong, in words; for anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) => shown(details[key])).trim();
}

const maxShownItems = 20;
const maxShownLength = 500;

function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "(unknown)";
  const text = Array.isArray(value) ? shownList(value) : plain(value);
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}...` : text;
}

function shownList(items: readonly unknown[]): string {
  const more = items.length - maxShownItems;
  return `${items.slice(0, maxShownItems).map(plain).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What a caller sent may be nested without end: nothing inside of it is shown. */
function plain(value: unknown): string {
  return typeof value === "object" && value !== null ? "(object)" : printable(String(value));
}
