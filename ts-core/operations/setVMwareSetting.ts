import { type Static, Type } from "typebox";
import { VMwarePolicy, VMwareSetting } from "../model.ts";
import { operation } from "../rpc/operation.ts";

const SettingRequest = Type.Object(
  {
    server: Type.String({ pattern: "^[A-Za-z0-9._:-]{1,253}$", description: "Host name or address of a vCenter." }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    userName: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "name@domain" })),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    certificateThumbprint: Type.Optional(
      Type.String({ pattern: "^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$", description: "SHA-256 of the certificate." }),
    ),
    skipCertificateCheck: Type.Optional(
      Type.Boolean({ description: "False: from now on by the machine's own certificate store." }),
    ),
    retryRefusedPassword: Type.Optional(
      Type.Boolean({ description: "Try a password again that this machine knows as refused." }),
    ),
    ...Type.Partial(VMwarePolicy).properties,
  },
  { additionalProperties: false },
);
export type SettingRequest = Static<typeof SettingRequest>;

export default operation({
  summary: "Logs in to a vCenter and, if that works, keeps address, trust, secret and how its VMs are treated.",
  params: SettingRequest,
  result: VMwareSetting,
  async handle(params, context) {
    return context.machine.vcenters.store(params, context);
  },
});
