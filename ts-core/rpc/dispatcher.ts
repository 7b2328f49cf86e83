import { QnapError } from "../errors.ts";
import type { Machine } from "../machine.ts";
import { isOperation, operations } from "../operations/index.ts";
import type { Context } from "./operation.ts";
import type { Dispatcher } from "./server.ts";
import type { ValidateFunction } from "./validators.generated.cjs";

/** Finds an operation by name, checks its parameters, runs it. */
export class OperationDispatcher implements Dispatcher {
  readonly #open: () => Promise<Machine>;
  #machine: Promise<Machine> | undefined;

  constructor(open: () => Promise<Machine>) {
    this.#open = open;
  }

  names(): readonly string[] {
    return Object.keys(operations);
  }

  /** The machine's state is opened at the first request that needs it; a failure is told again each time, never kept. */
  machine(): Promise<Machine> {
    this.#machine ??= this.#open().catch((error: unknown) => {
      this.#machine = undefined;
      throw error;
    });
    return this.#machine;
  }

  async run(method: string, params: unknown, context: Context): Promise<unknown> {
    if (!isOperation(method)) throw new QnapError("UnknownOperation", { operation: method });
    const { default: validators } = await import("./validators.generated.cjs");
    check(validators[method], params);
    const { default: operation } = await operations[method]();
    return operation.handle(params as never, context);
  }

  async close(): Promise<void> {
    await (await this.#machine?.catch(() => undefined))?.close();
  }
}

function check(validate: ValidateFunction | undefined, params: unknown): void {
  if (!validate || validate(params)) return;
  const errors = validate.errors ?? [];
  const unknown = errors[0]?.params.additionalProperty as string | undefined;
  const path = [...(errors[0]?.instancePath.split("/").slice(1) ?? []), ...(unknown === undefined ? [] : [unknown])];
  throw new QnapError("InvalidParameter", {
    parameter: path.join(".") || "(all)",
    reason: unknown === undefined ? complaint(errors) : "is not known",
  });
}

function complaint(errors: NonNullable<ValidateFunction["errors"]>): string | undefined {
  const allowed = errors.filter(({ keyword }) => keyword === "const").map(({ params }) => params.allowedValue);
  if (allowed.length > 0) return `must be one of ${allowed.join(", ")}`;
  const [first] = errors;
  return first?.keyword === "minLength" && first.params.limit === 1 ? "must not be empty" : first?.message;
}
