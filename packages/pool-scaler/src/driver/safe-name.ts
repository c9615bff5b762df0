/**
 * Returns whether the name of a member may be an argument of a command. It begins
 * with a letter or digit, so it is no option, and it has no character of a path.
 */
export function isSafeName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(name) && !name.includes('..')
}
