export function title(text: string): void {
  process.stdout.write(`\n== ${text}\n`);
}

export function note(text: string): void {
  process.stdout.write(`   ${text}\n`);
}
