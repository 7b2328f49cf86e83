import { randomBytes } from "node:crypto";
import type { Chap } from "../../../initiator/address.ts";
import { CmdletError, iscsiFailure } from "../failure.ts";
import type { Host } from "../host.ts";
import type { Connection } from "./connection.ts";
import { LoginRefused, logIn } from "./login.ts";

/** A log-in of the initiator service: it comes back by itself when the target was away. */
export interface Session {
  id: string;
  connectionId: string;
  iqn: string;
  portal: string;
  chap: Chap | undefined;
  mutual: boolean;
  persistent: boolean;
  multipath: boolean;
  connection: Connection | undefined;
  /** Told to end: no log-in follows. */
  ended: boolean;
}

export interface SessionRequest {
  iqn: string;
  portal: string;
  chap?: Chap | undefined;
  mutual?: boolean;
  persistent?: boolean;
  multipath?: boolean;
}

const reconnectMs = 500;

export async function openSession(host: Host, request: SessionRequest): Promise<Session> {
  const { iqn, portal, chap, mutual = false, persistent = false, multipath = false } = request;
  const session: Session = {
    ...{ id: identifier(), connectionId: identifier() },
    ...{ iqn, portal, chap, mutual, persistent, multipath },
    ...{ connection: undefined, ended: false },
  };
  await connectSession(host, session);
  host.sessions.push(session);
  host.effects.add("session.login", session.id, { iqn, portal });
  return session;
}

export function closeSession(host: Host, session: Session): void {
  session.ended = true;
  close(session);
  host.sessions.splice(host.sessions.indexOf(session), 1);
  host.effects.add("session.logout", session.id, { iqn: session.iqn, portal: session.portal });
}

const close = ({ connection }: Session): void => connection?.close();

async function connectSession(host: Host, session: Session): Promise<void> {
  const { portal, iqn, chap } = session;
  const { initiatorIqn, mutualSecret } = host.settings;
  try {
    const proof = session.mutual && mutualSecret !== undefined ? { mutualSecret } : {};
    session.connection = await logIn({ portal, iqn, initiatorIqn, ...(chap && { chap }), ...proof });
  } catch (error) {
    throw judged(host, error, iqn);
  }
  session.connection.onClose(() => void reconnect(host, session));
}

async function reconnect(host: Host, session: Session): Promise<void> {
  session.connection = undefined;
  if (session.ended) return;
  await connectSession(host, session).catch(() => {
    setTimeout(() => void reconnect(host, session), reconnectMs).unref();
  });
  if (session.ended) close(session);
}

function judged(host: Host, error: unknown, iqn: string): unknown {
  const { culture } = host.settings;
  if (error instanceof CmdletError) return error;
  if (!(error instanceof LoginRefused)) return iscsiFailure(culture, "connectionFailed", iqn);
  const isUnknown = error.status === 0x0203;
  return iscsiFailure(culture, isUnknown ? "targetNotFound" : "authentication", iqn);
}

/** `ffff9a0112345678-4000013700000005` */
const identifier = (): string => `ffff${randomBytes(6).toString("hex")}-${randomBytes(8).toString("hex")}`;
