import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Returns the reason to skip a test of real components, for tap's `skip`, or
 * false. In CI it returns false, so that a missing program is a failure there.
 */
export function missingProgram(...programs: readonly string[]): string | false {
  if (process.env['CI']) return false
  const missing = programs.filter(program => !isOnPath(program))
  return missing.length === 0 ? false : `${missing.join(', ')} not found on the PATH`
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
