/** PowerShell's * and ?, without regard to case. Matched by hand: as a regular expression, many * can take for ever. */
export function matcher(pattern: string): (name: string) => boolean {
  const wanted = pattern.toLowerCase();
  return (name) => fits(wanted, name.toLowerCase());
}

export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}

/** After a mismatch only the last * takes one character more: earlier ones could not do better. */
function fits(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < name.length; ) {
    if (pattern[at] === "*") {
      star = at++;
      resume = i;
    } else if (pattern[at] === "?" || pattern[at] === name[i]) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
