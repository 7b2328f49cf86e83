/** What users and networks get wrong: each has an error code of its own, and changes nothing. */
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { generate } from "selfsigned";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CoreFailure, CoreProcess, makeHome } from "../coreProcess.ts";
import { totp } from "../sim/nas/cgi/totp.ts";
import { Lab } from "./support/lab.ts";

const totpSecret = "JBSWY3DPEHPK3PXP";
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.start("qts-4.3.6");
});
afterAll(() => lab.nas.stop());

const failure = async (core: CoreProcess, method: string, params: object): Promise<CoreFailure> => {
  const error = await core.call(method, params).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CoreFailure);
  return error as CoreFailure;
};

/** Log-ins that the NAS has seen since the last reset. */
const logins = async () => (await lab.nas.requests()).filter(({ func }) => func === "login").length;

async function withCore<T>(work: (core: CoreProcess) => Promise<T>, home?: string): Promise<T> {
  const core = await CoreProcess.start(home);
  try {
    return await work(core);
  } finally {
    await core.stop();
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const login = { userName: "admin", password: "secret", skipCertificateCheck: true };
const connectCode = (params: object) => withCore((core) => core.code("connectNas", { ...login, ...params }));

describe("what does not answer as a NAS", () => {
  test("a name that nobody knows", async () => {
    expect(await connectCode({ name: "nas.invalid" })).toBe("NasUnknownHost");
  });

  test("a port that nobody listens on", async () => {
    const server = createTcpServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await connectCode({ name: "127.0.0.1", port })).toBe("NasUnreachable");
  });

  test("a web server that is no QNAP, over HTTP and over HTTPS", async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }]);
    const page = (_: unknown, response: import("node:http").ServerResponse) =>
      void response.end("<html><p>Hello</html>");
    const [plain, secure] = [createServer(page), createTlsServer({ key, cert }, page)];
    expect(await connectCode({ name: "127.0.0.1", port: await listening(plain), allowHttp: true })).toBe("NotAQnapNas");
    expect(await connectCode({ name: "127.0.0.1", port: await listening(secure) })).toBe("NotAQnapNas");
    expect(await connectCode({ name: "127.0.0.1", port: (plain.address() as AddressInfo).port })).toBe(
      "NasUnreachable",
    );
    plain.close();
    secure.close();
  });

  test("a web server that answers with JSON", async () => {
    const server = createServer((request, response) => {
      if (request.url?.includes("authLogin"))
        response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
      else response.writeHead(404).end();
    });
    expect(await connectCode({ name: "127.0.0.1", port: await listening(server), allowHttp: true })).toBe(
      "NotAQnapNas",
    );
    server.close();
  });
});

describe("certificates", () => {
  async function withCertificate<T>(
    notBeforeDate: Date,
    notAfterDate: Date,
    work: (port: number) => Promise<T>,
  ): Promise<T> {
    const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
      notBeforeDate,
      notAfterDate,
    });
    const server = createTlsServer({ key, cert }, () => {
      throw new Error("a request was sent over a connection that is not trusted");
    });
    try {
      return await work(await listening(server));
    } finally {
      server.close();
    }
  }

  const year = 365 * 24 * 3600_000;
  const code = (port: number, more: object = {}) =>
    withCore((core) =>
      core.code("connectNas", { name: "127.0.0.1", port, userName: "admin", password: "secret", ...more }),
    );

  test("nobody vouches for it", async () => {
    const told = await withCertificate(new Date(Date.now() - year), new Date(Date.now() + year), (port) => code(port));
    expect(told).toBe("CertificateUntrusted");
  });

  test("expired, and not yet valid", async () => {
    const past = await withCertificate(new Date(Date.now() - 2 * year), new Date(Date.now() - year), (port) =>
      code(port),
    );
    const future = await withCertificate(new Date(Date.now() + year), new Date(Date.now() + 2 * year), (port) =>
      code(port),
    );
    expect([past, future]).toEqual(["CertificateExpired", "CertificateExpired"]);
  });

  test("another one than was pinned", async () => {
    const certificateFingerprint = `${"AB:".repeat(31)}AB`;
    const told = await withCertificate(new Date(Date.now() - year), new Date(Date.now() + year), (port) =>
      code(port, { certificateFingerprint }),
    );
    expect(told).toBe("CertificateMismatch");
  });

  test("not checked at all: said each time", () =>
    withCore(async (core) => {
      await core.connect(lab.nas, { certificateFingerprint: undefined, skipCertificateCheck: true });
      expect(core.logs.join()).toMatch(/certificate of 127\.0\.0\.1 is not checked/);
    }));
});

describe("passwords", () => {
  const wrong = { password: "wrong" };

  test("refused once, tried once: by three requests in two processes, and once more when asked to", async () => {
    const home = makeHome();
    await lab.nas.reset();
    await withCore(async (core) => {
      expect((await failure(core, "connectNas", paramsOf(wrong))).data.code).toBe("PasswordRefused");
      expect((await failure(core, "connectNas", paramsOf(wrong))).data.code).toBe("PasswordLatched");
    }, home);
    await withCore(async (core) => {
      expect((await failure(core, "connectNas", paramsOf(wrong))).data.code).toBe("PasswordLatched");
      expect(await logins()).toBe(1);
      const again = { ...paramsOf(wrong), retryRefusedPassword: true };
      expect((await failure(core, "connectNas", again)).data.code).toBe("PasswordRefused");
      expect(await logins()).toBe(2);
      expect(await core.code("connectNas", paramsOf({}))).toBe("no error");
    }, home);
    await lab.nas.unlock();
  });

  test("refused by one address, not tried by another, as the certificate is the same; over plain HTTP the address counts", async () => {
    const home = makeHome();
    await lab.nas.reset();
    const byName = { ...paramsOf(wrong), name: "localhost" };
    const plain = {
      ...wrong,
      certificateFingerprint: undefined,
      allowHttp: true,
      port: Number(new URL(lab.nas.http).port),
    };
    await withCore(async (core) => {
      expect(await core.code("connectNas", paramsOf(wrong))).toBe("PasswordRefused");
      expect(await core.code("connectNas", byName)).toBe("PasswordLatched");
      expect(await logins()).toBe(1);
      expect(await core.code("connectNas", paramsOf(plain))).toBe("PasswordRefused");
      expect(await core.code("connectNas", paramsOf(plain))).toBe("PasswordLatched");
      expect(await logins()).toBe(2);
      await lab.nas.addUser({ name: lab.nas.user, password: "wrong", admin: true });
      expect(await core.code("connectNas", { ...byName, retryRefusedPassword: true })).toBe("no error");
      expect(await core.code("connectNas", { ...byName, name: "127.0.0.1" })).toBe("PasswordLatched");
    }, home);
    await lab.nas.addUser({ name: lab.nas.user, password: lab.nas.password, admin: true });
    await lab.nas.unlock();
  });

  test("refused to two processes at once: one attempt", async () => {
    const home = makeHome();
    await lab.nas.reset();
    const [first, second] = [await CoreProcess.start(home), await CoreProcess.start(home)];
    const codes = await Promise.all([first, second].map((core) => core.code("connectNas", paramsOf(wrong))));
    expect(codes.sort()).toEqual(["PasswordLatched", "PasswordRefused"]);
    expect(await logins()).toBe(1);
    await Promise.all([first.stop(), second.stop()]);
    await lab.nas.unlock();
  });

  test("changed on the NAS while connected: tried once, by however many requests", async () => {
    await lab.nas.addUser({ name: "guest", password: "first", admin: true });
    await withCore(async (core) => {
      await core.connect(lab.nas, { userName: "guest", password: "first", retryRefusedPassword: true });
      await lab.nas.addUser({ name: "guest", password: "second", admin: true });
      await lab.nas.expireSessions();
      await lab.nas.reset();
      const codes = await Promise.all([1, 2, 3].map(() => core.code("getLun")));
      expect(new Set(codes)).toEqual(
        new Set(["PasswordRefused", "PasswordLatched"].filter((code) => codes.includes(code))),
      );
      expect(await core.code("getLun")).toBe("PasswordLatched");
      expect(await logins()).toBe(1);
    });
    await lab.nas.unlock();
  });

  test("expired, and an account that must enrol for a second step first", async () => {
    await lab.nas.quirk("passwordExpired", true);
    expect(await withCore((core) => core.code("connectNas", paramsOf({})))).toBe("PasswordExpired");
    await lab.nas.quirk("passwordExpired", false);
    await lab.nas.quirk("forceTwoStep", true);
    expect(await withCore((core) => core.code("connectNas", paramsOf({})))).toBe("TwoFactorNotEnrolled");
    await lab.nas.quirk("forceTwoStep", false);
  });

  test("never in an error, whatever is wrong", () =>
    withCore(async (core) => {
      const password = "Gr\u00fcn und blau 4711";
      const { message, data } = await failure(core, "connectNas", paramsOf({ password }));
      expect(JSON.stringify([message, data])).not.toMatch(/blau|4711|R3LDvG4/);
      await lab.nas.unlock();
    }));
});

describe("two-step verification", () => {
  beforeAll(() => lab.nas.addUser({ name: "two", password: "steps", admin: true, totpSecret }));
  const two = { userName: "two", password: "steps" };

  test("wanted, right and wrong", () =>
    withCore(async (core) => {
      expect(await core.code("connectNas", paramsOf(two))).toBe("TwoFactorRequired");
      const code = totp(totpSecret, Date.now());
      expect(await core.code("connectNas", paramsOf({ ...two, oneTimePassword: code }))).toBe("no error");
      expect(await core.code("connectNas", paramsOf({ ...two, totpSecret }))).toBe("no error");
      const other = code === "000000" ? "000001" : "000000";
      expect(await core.code("connectNas", paramsOf({ ...two, oneTimePassword: other }))).toBe("TwoFactorRefused");
      await lab.nas.unlock();
    }));

  test("a one-time password is sent once: the session that ends wants another", () =>
    withCore(async (core) => {
      await core.call("connectNas", paramsOf({ ...two, oneTimePassword: totp(totpSecret, Date.now()) }));
      await lab.nas.expireSessions();
      expect(await core.code("getLun")).toBe("TwoFactorRequired");
      expect((await lab.nas.state()).loginFailures).toEqual({});
    }));

  test("with the secret a session is renewed", () =>
    withCore(async (core) => {
      await core.call("connectNas", paramsOf({ ...two, totpSecret }));
      await lab.nas.expireSessions();
      expect(await core.rows("getLun")).toHaveLength(3);
    }));

  test("a secret that was refused is tried once, by whichever address; another one, a code or a word of the user opens it", () =>
    withCore(async (core) => {
      const wrong = { ...two, totpSecret: "GEZDGNBVGY3TQOJQ" };
      await lab.nas.reset();
      expect(await core.code("connectNas", paramsOf(wrong))).toBe("TotpSecretRefused");
      const written = { ...wrong, totpSecret: "gezd gnbv gy3t qojq==" };
      expect(await core.code("connectNas", paramsOf(written))).toBe("TotpSecretLatched");
      expect(await core.code("connectNas", { ...paramsOf(wrong), name: "localhost" })).toBe("TotpSecretLatched");
      expect(await logins()).toBe(2); // password, then code
      const code = { oneTimePassword: totp(totpSecret, Date.now()) };
      expect(await core.code("connectNas", paramsOf({ ...wrong, ...code }))).toBe("no error");
      expect(await core.code("connectNas", paramsOf({ ...two, totpSecret }))).toBe("no error");
      const again = { ...wrong, retryRefusedPassword: true };
      expect(await core.code("connectNas", paramsOf(again))).toBe("TotpSecretRefused");
      await lab.nas.unlock();
    }));

  test("a code that is refused right after it was used does not condemn its secret", () =>
    withCore(async (core) => {
      await lab.nas.addUser({ name: "two", password: "steps", admin: true, totpSecret });
      expect(await core.code("connectNas", paramsOf({ ...two, totpSecret }))).toBe("no error");
      await lab.nas.addUser({ name: "two", password: "steps", admin: true, totpSecret: "GEZDGNBVGY3TQOJQ" });
      expect(await core.code("connectNas", paramsOf({ ...two, totpSecret }))).toBe("TwoFactorRefused");
      await lab.nas.addUser({ name: "two", password: "steps", admin: true, totpSecret });
      expect(await core.code("connectNas", paramsOf({ ...two, totpSecret }))).toBe("no error");
      await lab.nas.unlock();
    }));

  test.each([
    [10 * 60_000, "ClocksDiffer", "no error"],
    [3600_000, "TotpSecretRefused", "TotpSecretLatched"], // may be a time zone
  ])("a clock that is %i ms wrong: %s, with both times; once it is right: %s", (offsetMs, code, afterwards) =>
    withCore(async (core) => {
      await lab.nas.clock(offsetMs);
      const refused = await failure(core, "connectNas", paramsOf({ ...two, totpSecret }));
      await lab.nas.clock(0);
      expect(refused.data.code).toBe(code);
      const { nasTime, localTime } = refused.data.details as { nasTime: string; localTime: string };
      expect([nasTime, localTime]).toEqual([expect.stringMatching(/^\d{4}-/), expect.stringMatching(/Z$/)]);
      await lab.nas.unlock();
      // What was refused a moment ago was sent a moment ago: too soon to condemn the secret once more.
      expect(await core.code("connectNas", paramsOf({ ...two, totpSecret }))).toBe(afterwards);
    }),
  );
});

test("an account without rights", async () => {
  await lab.nas.addUser({ name: "reader", password: "only", admin: false });
  await withCore(async (core) => {
    expect(await core.code("connectNas", paramsOf({ userName: "reader", password: "only" }))).toBe("NoRights");
    expect(await core.rows("getNas")).toEqual([]);
  });
  expect((await lab.nas.state()).sessions.filter(({ user }) => user === "reader")).toEqual([]);
});

function paramsOf(more: object): object {
  const { hostname, port } = new URL(lab.nas.https);
  const { user, password, fingerprint } = lab.nas;
  return { name: hostname, port: Number(port), userName: user, password, certificateFingerprint: fingerprint, ...more };
}
