import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PowerShell } from "node-powershell";
import { pwshPath } from "../../tests/pwsh.ts";
import { root } from "../repo.ts";

/** A PowerShell session whose commands and output are shown as on a screen. */
export interface Console {
  run(command: string, options?: { mayFail?: boolean }): Promise<void>;
  close(): Promise<void>;
}

interface Account {
  user: string;
  password: string;
}

/** With a PSCredential in a variable for each of these accounts. */
export async function openConsole(accounts: Record<string, Account>): Promise<Console> {
  const home = mkdtempSync(join(tmpdir(), "qnap-demo-"));
  process.env.QNAP_SNAPSHOT_HOME = home;
  process.env.PSModulePath = modulePath(home);
  const shell = new PowerShell({
    executableOptions: { "-NoProfile": true },
    executable: pwshPath(),
    throwOnInvocationError: false,
  });
  for (const [variable, { user, password }] of Object.entries(accounts)) {
    // The simulator's own password, over standard input: no secret in any command line.
    const secret = `(ConvertTo-SecureString '${password}' -AsPlainText -Force)`;
    await shell.invoke(`$${variable} = New-Object System.Management.Automation.PSCredential '${user}', ${secret}`);
  }
  return {
    run: (command, options) => run(shell, command, options?.mayFail ?? false),
    close: async () => {
      await shell.invoke("Remove-Module QnapSnapshot -ErrorAction Ignore");
      await shell.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function run(shell: PowerShell, command: string, mayFail: boolean): Promise<void> {
  process.stdout.write(`PS> ${command}\n`);
  const isAssignment = command.startsWith("$");
  const { stdout, stderr } = await shell.invoke(isAssignment ? command : `${command} | Out-String -Width 120`);
  const shown = stdout?.toString().trim();
  if (shown) process.stdout.write(`${shown}\n\n`);
  const error = stderr?.toString().trim();
  if (!error) return;
  process.stdout.write(`${error}\n\n`);
  if (!mayFail) throw new Error(`'${command}' failed`);
}

/** A module is found by its name when a folder of that name is on the path. */
function modulePath(home: string): string {
  const modules = join(home, "modules");
  mkdirSync(modules);
  symlinkSync(join(root, "module"), join(modules, "QnapSnapshot"));
  return [modules, process.env.PSModulePath].filter(Boolean).join(delimiter);
}
