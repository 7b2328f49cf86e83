export interface Chap {
  user: string;
  password: string;
}

/** A LUN as a host addresses it: `lun` is the number on the wire (a simulated NAS adds its backend's `lunOffset`). */
export interface LunAddress {
  /** `127.0.0.1:3260` */
  portal: string;
  iqn: string;
  lun: number;
  initiatorIqn?: string;
  chap?: Chap;
  mutualChap?: Chap;
}

export const defaultInitiatorIqn = "iqn.1991-05.com.microsoft:test-host";

/** For libiscsi's own programs, which take CHAP accounts from the environment. */
export function libiscsiEnvironment({ chap, mutualChap }: Pick<LunAddress, "chap" | "mutualChap">) {
  return {
    ...(chap && { LIBISCSI_CHAP_USERNAME: chap.user, LIBISCSI_CHAP_PASSWORD: chap.password }),
    ...(mutualChap && {
      LIBISCSI_CHAP_TARGET_USERNAME: mutualChap.user,
      LIBISCSI_CHAP_TARGET_PASSWORD: mutualChap.password,
    }),
  };
}

export const libiscsiUrl = ({ portal, iqn, lun }: LunAddress): string => `iscsi://${portal}/${iqn}/${lun}`;

/** For qemu's programs. qemu knows no mutual CHAP: callers prove the target first, see `openSession`. */
export function qemuDriver(address: LunAddress) {
  return {
    driver: "iscsi",
    transport: "tcp",
    portal: address.portal,
    target: address.iqn,
    lun: address.lun,
    "initiator-name": address.initiatorIqn ?? defaultInitiatorIqn,
    ...(address.chap && { user: address.chap.user, "password-secret": "chap" }),
  };
}

export const qemuFile = (address: LunAddress): string =>
  `json:${JSON.stringify({ driver: "raw", file: qemuDriver(address) })}`;

export function qemuSecret({ chap }: LunAddress): string[] {
  return chap ? ["--object", JSON.stringify({ "qom-type": "secret", id: "chap", data: chap.password })] : [];
}
