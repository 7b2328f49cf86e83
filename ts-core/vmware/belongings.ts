import { ensure } from "./ensure.ts";
import { retrieveOne } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { element, group, refElement } from "./soap.ts";
import { all, detached, flag, integer, type MoRef, text } from "./xml.ts";

/** What hangs on a moref, and is lost when a VM or a datastore comes back under another one; journaled before. */
export interface Belongings {
  customValues: { key: number; value: string }[];
  permissions: Permission[];
}

export interface Permission {
  principal: string;
  group: boolean;
  roleId: number;
  propagate: boolean;
}

export async function readBelongings(session: VimSession, entity: MoRef): Promise<Belongings> {
  const [customValues, permissions] = await Promise.all([
    readCustomValues(session, entity),
    readPermissions(session, entity),
  ]);
  return { customValues, permissions };
}

export async function readCustomValues(session: VimSession, entity: MoRef): Promise<Belongings["customValues"]> {
  const found = await retrieveOne(session, entity, ["customValue"]);
  const values = all(found?.get("customValue"), "CustomFieldValue");
  return detached(values.map((one) => ({ key: integer(one, "key") ?? 0, value: text(one, "value") ?? "" })));
}

/** Only what was given on the entity itself; what is inherited comes back with its folder. */
export async function readPermissions(session: VimSession, entity: MoRef): Promise<Permission[]> {
  const manager = (await session.content()).ref("authorizationManager");
  const args = [refElement("entity", entity), element("inherited", false)];
  return (await session.call("RetrieveEntityPermissions", manager, args)).map((node) =>
    detached({
      principal: text(node, "principal") ?? "",
      group: flag(node, "group") ?? false,
      roleId: integer(node, "roleId") ?? 0,
      propagate: flag(node, "propagate") ?? false,
    }),
  );
}

export async function putBackCustomValue(
  session: VimSession,
  entity: MoRef,
  { key, value }: Belongings["customValues"][number],
): Promise<void> {
  const manager = (await session.content()).ref("customFieldsManager");
  await ensure(session, {
    what: `set custom field ${key} of ${entity.id}`,
    isSo: async () => (await readCustomValues(session, entity)).some((one) => one.key === key && one.value === value),
    act: () => {
      const args = [refElement("entity", entity), element("key", key), element("value", value)];
      return session.call("SetField", manager, args, { write: true });
    },
  });
}

export async function putBackPermission(session: VimSession, entity: MoRef, permission: Permission): Promise<void> {
  const { principal, roleId } = permission;
  const manager = (await session.content()).ref("authorizationManager");
  await ensure(session, {
    what: `give ${principal} its permission on ${entity.id}`,
    isSo: async () => {
      const now = await readPermissions(session, entity);
      return now.some((one) => one.principal.toLowerCase() === principal.toLowerCase() && one.roleId === roleId);
    },
    act: () => {
      const args = [refElement("entity", entity), permissionElement(permission)];
      return session.call("SetEntityPermissions", manager, args, { write: true });
    },
  });
}

function permissionElement({ principal, group: isGroup, roleId, propagate }: Permission) {
  return group(
    "permission",
    element("principal", principal),
    element("group", isGroup),
    element("roleId", roleId),
    element("propagate", propagate),
  );
}
