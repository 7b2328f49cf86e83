import type { Reply } from "../http/call.ts";

/** What a REST handler says: one object, a list, or only a code. `effect` runs before the answer leaves. */
export interface RestAnswer {
  single?: Record<string, unknown>;
  collection?: Record<string, unknown>[];
  code?: number;
  message?: string;
  errorData?: Record<string, unknown>;
  effect?: () => Promise<void>;
}

const messages: Record<number, string> = {
  0: "Success",
  [-1]: "Failed",
  [-6]: "Object not found",
  [-13]: "Invalid parameter",
  [-14]: "Failed to unmount volume",
  [-22]: "Already exists",
  [-34]: "Device is busy",
  [-618]: "Dataset has cloned snapshot",
  [-619]: "Failed to recover due to cloned snapshot",
};

export const fail = (code: number, message?: string): RestAnswer => ({ code, ...(message && { message }) });

export function restReply({ single, collection, code = 0, message, errorData }: RestAnswer): Reply {
  const body = {
    ...(single && { single }),
    ...(collection && { collection }),
    ...(errorData && { error_data: errorData }),
    error_code: code,
    error_message: message ?? messages[code] ?? "Failed",
  };
  return jsonReply(JSON.stringify(body), code);
}

export function jsonReply(body: string, result: number): Reply {
  return { status: 200, headers: { "content-type": "application/json" }, body, result };
}
