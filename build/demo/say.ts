export function title(text: string): void {
  process.stdout.write(`\n== ${text}\n`);
}

export function note(text: string): void {
  process.stdout.write(`   ${text}\n`);
}

/** Says it only where it is true; otherwise the demo fails. */
export function prove(holds: boolean, text: string): void {
  if (!holds) throw new Error(`this is not so: ${text}`);
  note(text);
}
