import { Type } from "typebox";
import { Nas } from "../model.ts";
import { operation } from "../rpc/operation.ts";

export const ConnectParams = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 253, description: "Host name or address." }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: "443 for HTTPS, 8080 for HTTP." })),
    allowHttp: Type.Optional(Type.Boolean({ description: "Speak plain HTTP; the password travels unprotected." })),
    userName: Type.String({ minLength: 1, maxLength: 256 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
    oneTimePassword: Type.Optional(Type.String({ pattern: "^[0-9]{6,8}$" })),
    totpSecret: Type.Optional(
      Type.String({ pattern: "^[A-Za-z2-7 =]+$", description: "Base32, as the NAS shows it at enrolment." }),
    ),
    certificateFingerprint: Type.Optional(
      Type.String({ pattern: "^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$", description: "SHA-256 of the certificate." }),
    ),
    skipCertificateCheck: Type.Optional(Type.Boolean()),
    retryRefusedPassword: Type.Optional(
      Type.Boolean({ description: "Try a password or TOTP secret again that this machine knows as refused." }),
    ),
  },
  { additionalProperties: false },
);

export default operation({
  summary: "Logs in to a NAS for this session.",
  params: ConnectParams,
  result: Nas,
  async handle(params, context) {
    return context.machine.nas.connect(params, context);
  },
});
