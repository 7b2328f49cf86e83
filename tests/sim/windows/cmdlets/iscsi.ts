import { listTargets } from "../../../initiator/initiator.ts";
import { rescan } from "../disks/rescan.ts";
import { iscsiFailure, notFound } from "../failure.ts";
import type { Host } from "../host.ts";
import { closeSession, openSession, type Session } from "../iscsi/sessions.ts";
import { type Cmdlet, changes, type Params, type Row, reads, select } from "./cmdlet.ts";
import { objectId as diskId } from "./disk.ts";

const split = (portal: string): [string, number] => [portal.split(":")[0] ?? "", Number(portal.split(":")[1])];

function sessionRow({ settings }: Host, session: Session): Row {
  const { connection } = session;
  return {
    $type: "MSFT_iSCSISession",
    SessionIdentifier: session.id,
    TargetNodeAddress: session.iqn,
    InitiatorNodeAddress: settings.initiatorIqn,
    InitiatorInstanceName: "ROOT\\ISCSIPRT\\0000_0",
    InitiatorPortalAddress: "0.0.0.0",
    InitiatorSideIdentifier: `4000013700000000`,
    TargetSideIdentifier: "0100",
    AuthenticationType: authentication(session),
    IsConnected: connection !== undefined,
    IsDiscovered: true,
    IsPersistent: session.persistent,
    IsDataDigest: false,
    IsHeaderDigest: false,
    NumberOfConnections: connection ? 1 : 0,
  };
}

const authentication = ({ chap, mutual }: Session): string => (chap ? (mutual ? "MUTUALCHAP" : "ONEWAYCHAP") : "NONE");

function connectionRow(session: Session): Row {
  const [address, port] = split(session.portal);
  const { initiator, initiatorPort } = session.connection?.addresses ?? { initiator: "", initiatorPort: 0 };
  return {
    $type: "MSFT_iSCSIConnection",
    ConnectionIdentifier: session.connectionId,
    InitiatorAddress: initiator,
    InitiatorPortNumber: initiatorPort,
    TargetAddress: address,
    TargetPortNumber: port,
  };
}

function sessionsOf(host: Host, { Disk, IscsiTarget, IscsiConnection }: Params): Session[] {
  return host.sessions.filter(
    (session) =>
      (Disk === undefined || ofDisk(host, Disk).includes(session)) &&
      (IscsiTarget === undefined || session.iqn === IscsiTarget) &&
      (IscsiConnection === undefined || session.connectionId === IscsiConnection),
  );
}

const ofDisk = (host: Host, objectId: unknown): Session[] =>
  host.disks.filter((disk) => diskId(disk) === objectId).flatMap(({ paths }) => paths.map(({ session }) => session));

const getSession = (host: Host, params: Params): Row[] =>
  select(
    host,
    "MSFT_iSCSISession",
    sessionsOf(host, params).map((one) => sessionRow(host, one)),
    params,
    ["SessionIdentifier", "TargetSideIdentifier", "NumberOfConnections"],
  );

function getConnection(host: Host, params: Params): Row[] {
  const ofSession = (session: Session) =>
    session.connection && (params.IscsiSession === undefined || session.id === params.IscsiSession);
  const rows = sessionsOf(host, params).filter(ofSession).map(connectionRow);
  return select(host, "MSFT_iSCSIConnection", rows, params, ["ConnectionIdentifier"]);
}

function getTarget(host: Host, params: Params): Row[] {
  const names = new Set([...host.targets, ...host.sessions].map(({ iqn }) => iqn));
  const isConnected = (iqn: string) => host.sessions.some((session) => session.iqn === iqn);
  const rows = [...names].map((iqn) => ({
    $type: "MSFT_iSCSITarget",
    NodeAddress: iqn,
    IsConnected: isConnected(iqn),
  }));
  const bySession = host.sessions.find(({ id }) => id === params.IscsiSession);
  return select(host, "MSFT_iSCSITarget", rows, bySession ? { NodeAddress: bySession.iqn } : params, ["NodeAddress"]);
}

function portalRow(portal: string): Row {
  const [address, port] = split(portal);
  return {
    $type: "MSFT_iSCSITargetPortal",
    ...{ InitiatorInstanceName: "", InitiatorPortalAddress: "", IsDataDigest: false, IsHeaderDigest: false },
    ...{ TargetPortalAddress: address, TargetPortalPortNumber: port },
  };
}

function getPortal(host: Host, params: Params): Row[] {
  const rows = host.portals.map(portalRow);
  return select(host, "MSFT_iSCSITargetPortal", rows, params, ["TargetPortalAddress"]);
}

async function newPortal(host: Host, params: Params): Promise<Row[]> {
  const portal = `${params.TargetPortalAddress}:${params.TargetPortalPortNumber ?? 3260}`;
  await discover(host, portal);
  if (!host.portals.includes(portal)) host.portals.push(portal);
  host.effects.add("iscsi.portal", portal);
  return [portalRow(portal)];
}

export async function discover(host: Host, portal: string): Promise<void> {
  const found = await listTargets(portal, host.settings.initiatorIqn).catch(() => {
    throw iscsiFailure(host.settings.culture, "connectionFailed", portal);
  });
  for (const { iqn } of found) {
    if (!host.targets.some((known) => known.iqn === iqn && known.portal === portal)) host.targets.push({ iqn, portal });
  }
}

async function updateTarget(host: Host): Promise<Row[]> {
  for (const portal of host.portals) await discover(host, portal).catch(() => {});
  return [];
}

async function connectTarget(host: Host, params: Params): Promise<Row[]> {
  const { culture } = host.settings;
  const iqn = String(params.NodeAddress);
  const portal = portalFor(host, iqn, params);
  if (!portal) throw iscsiFailure(culture, "targetNotFound", iqn);
  const multipath = params.IsMultipathEnabled === true;
  if (!multipath && host.sessions.some((session) => session.iqn === iqn))
    throw iscsiFailure(culture, "alreadyLoggedIn", iqn);
  const session = await openSession(host, {
    iqn,
    portal,
    multipath,
    ...account(host, params),
    persistent: params.IsPersistent === true,
  });
  await rescan(host);
  return [sessionRow(host, session)];
}

function portalFor(host: Host, iqn: string, params: Params): string | undefined {
  const known = host.targets.filter((target) => target.iqn === iqn);
  const address = params.TargetPortalAddress;
  if (address === undefined) return known[0]?.portal;
  const port = params.TargetPortalPortNumber;
  return host.portals.find(
    (portal) => split(portal)[0] === address && (port === undefined || split(portal)[1] === port),
  );
}

function account(host: Host, params: Params) {
  const type = String(params.AuthenticationType ?? "NONE").toUpperCase();
  if (type === "NONE") return {};
  const password = String(params.ChapSecret ?? "");
  if (password.length < 12) throw iscsiFailure(host.settings.culture, "shortSecret");
  const user = String(params.ChapUsername ?? host.settings.initiatorIqn);
  return { chap: { user, password }, mutual: type === "MUTUALCHAP" };
}

/** A disk in use keeps its session. */
async function disconnectTarget(host: Host, params: Params): Promise<Row[]> {
  const { NodeAddress, SessionIdentifier } = params;
  const going = host.sessions.filter(
    ({ iqn, id }) =>
      (NodeAddress === undefined || iqn === NodeAddress) &&
      (SessionIdentifier === undefined || id === SessionIdentifier),
  );
  if (going.length === 0) throw notFound(host.settings.culture, "MSFT_iSCSITarget", "NodeAddress", NodeAddress);
  const stays = (session: Session) => !going.includes(session);
  const busy = host.disks.some(
    ({ paths, isOffline }) => !isOffline && paths.length > 0 && !paths.some(({ session }) => stays(session)),
  );
  if (busy) throw iscsiFailure(host.settings.culture, "deviceBusy", String(NodeAddress));
  for (const session of going) closeSession(host, session);
  await rescan(host);
  return [];
}

const setPersistent =
  (persistent: boolean) =>
  (host: Host, params: Params): Row[] => {
    const session = host.sessions.find(({ id }) => id === params.SessionIdentifier);
    if (!session)
      throw notFound(host.settings.culture, "MSFT_iSCSISession", "SessionIdentifier", params.SessionIdentifier);
    session.persistent = persistent;
    return [];
  };

function setChapSecret(host: Host, params: Params): Row[] {
  const secret = String(params.ChapSecret);
  if (secret.length < 12) throw iscsiFailure(host.settings.culture, "shortSecret");
  host.settings.mutualSecret = secret;
  return [];
}

const getInitiatorPort = ({ settings }: Host): Row[] => [
  {
    $type: "MSFT_InitiatorPort",
    ...{ InstanceName: "ROOT\\ISCSIPRT\\0000_0", NodeAddress: settings.initiatorIqn, ConnectionType: "iSCSI" },
    ...{ PortAddress: "ISCSI ANY PORT", OperationalStatus: "Operational", NumberOfSessions: 0 },
  },
];

export const iscsiCmdlets: Record<string, Cmdlet> = {
  "Get-IscsiSession": reads(getSession),
  "Get-IscsiConnection": reads(getConnection),
  "Get-IscsiTarget": reads(getTarget),
  "Get-IscsiTargetPortal": reads(getPortal),
  "Get-InitiatorPort": reads(getInitiatorPort),
  "New-IscsiTargetPortal": changes(newPortal),
  "Update-IscsiTarget": changes(updateTarget),
  "Connect-IscsiTarget": changes(connectTarget),
  "Disconnect-IscsiTarget": changes(disconnectTarget),
  "Register-IscsiSession": changes(setPersistent(true)),
  "Unregister-IscsiSession": changes(setPersistent(false)),
  "Set-IscsiChapSecret": changes(setChapSecret),
};
