/** Simulators run as processes of their own: one line when they are ready, then JSON over HTTP on a control address. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export async function readyLine<T>(child: ChildProcess, simulator: string): Promise<T> {
  if (!child.stdout) throw new Error("the simulator has no stdout");
  const line = once(createInterface(child.stdout), "line").then(([text]) => JSON.parse(String(text)) as T);
  const death = once(child, "exit").then(([code]) => {
    throw new Error(`the ${simulator} ended with ${code} before it was ready`);
  });
  return Promise.race([line, death]);
}

export function controlCalls(control: string) {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${control}/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const value = (await response.json()) as { error?: string };
    if (!response.ok) throw new Error(value.error);
    return value;
  };
  return { call, tell: (method: string, path: string, body?: unknown) => call(method, path, body).then(() => {}) };
}
