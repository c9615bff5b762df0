import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Why a test of real components is skipped: pass it as tap's `skip`. Under CI
 * it is never skipped, so that a missing program fails there.
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
