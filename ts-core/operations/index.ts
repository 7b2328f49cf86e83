/** Every operation by its name. Loaded at first use: start-up pays for none. */
export const operations = {
  findNas: () => import("./findNas.ts"),
  connectNas: () => import("./connectNas.ts"),
  disconnectNas: () => import("./disconnectNas.ts"),
  getNas: () => import("./getNas.ts"),
  setNas: () => import("./setNas.ts"),
  removeNas: () => import("./removeNas.ts"),
  testNas: () => import("./testNas.ts"),
  getVMwareSetting: () => import("./getVMwareSetting.ts"),
  setVMwareSetting: () => import("./setVMwareSetting.ts"),
  removeVMwareSetting: () => import("./removeVMwareSetting.ts"),
  getVssProvider: () => import("./getVssProvider.ts"),
  getLun: () => import("./getLun.ts"),
  getLunConnection: () => import("./getLunConnection.ts"),
  getLunConsumer: () => import("./getLunConsumer.ts"),
  testLun: () => import("./testLun.ts"),
  newLunSnapshot: () => import("./newLunSnapshot.ts"),
  getLunSnapshot: () => import("./getLunSnapshot.ts"),
  removeLunSnapshot: () => import("./removeLunSnapshot.ts"),
  restoreLunSnapshot: () => import("./restoreLunSnapshot.ts"),
  newLunClone: () => import("./newLunClone.ts"),
  removeLunClone: () => import("./removeLunClone.ts"),
  mountLunSnapshot: () => import("./mountLunSnapshot.ts"),
  dismountLunSnapshot: () => import("./dismountLunSnapshot.ts"),
  getOperation: () => import("./getOperation.ts"),
  repairOperation: () => import("./repairOperation.ts"),
} as const;

export type OperationName = keyof typeof operations;

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}
