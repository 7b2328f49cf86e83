import { InvocationError, PowerShell } from "node-powershell";
import { afterAll, describe, expect, it } from "vitest";
import { pwshPath } from "../pwsh.ts";

describe("node-powershell", () => {
  const shell = new PowerShell({ executable: pwshPath(), executableOptions: { "-NoProfile": true } });
  afterAll(() => shell.dispose());

  it("gets output, and keeps the session's variables", async () => {
    await shell.invoke("$x = 20");
    expect((await shell.invoke("$x + 1; '\u00fc'")).stdout?.toString().trim()).toBe("21\n\u00fc");
  });

  it("rejects on an error, and goes on", async () => {
    await expect(shell.invoke("throw 'broken'")).rejects.toThrow(InvocationError);
    expect((await shell.invoke("'alive'")).raw.trim()).toBe("alive");
  });

  it("takes JSON as a result", async () => {
    const { raw } = await shell.invoke("1..2 | ForEach-Object { @{ n = $_ } } | ConvertTo-Json -Compress");
    expect(JSON.parse(raw)).toEqual([{ n: 1 }, { n: 2 }]);
  });
});
