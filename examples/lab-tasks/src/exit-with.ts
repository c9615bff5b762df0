/** Sets the exit code of this process: a check that did not hold is 1. */
export function exitWith(isGood: boolean): void {
  if (!isGood) process.exitCode = 1
}
