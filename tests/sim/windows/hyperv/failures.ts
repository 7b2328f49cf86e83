import { CmdletError } from "../failure.ts";

/** Hyper-V's cmdlets: `OperationFailed`, `InvalidParameter`, `InvalidState`, ... Their exception type exists on Windows only. */
export function hyperVFailure(id: string, hresult: number, message: string): CmdletError {
  const exception = "System.InvalidOperationException";
  const category = id === "InvalidParameter" ? "InvalidArgument" : "NotSpecified";
  return new CmdletError({ message, id, category, hresult, exception });
}
