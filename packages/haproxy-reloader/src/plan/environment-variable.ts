/**
 * Returns whether options may have environment variables, which HAProxy expands
 * in its file and not in commands.
 */
export function hasEnvironmentVariable(options: string): boolean {
  return options.includes('$')
}
