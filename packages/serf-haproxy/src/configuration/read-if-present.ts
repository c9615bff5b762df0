import { readFileSync } from 'node:fs'
import { AgentError } from '../agent-error.js'

/**
 * Reads a file of HAProxy; undefined if it does not exist.
 *
 * @throws AgentError `configuration` if it cannot be read
 */
export function readIfPresent(file: string, what = 'haproxy.configFile'): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new AgentError('configuration', `cannot read ${what}: ${message}`, { cause })
  }
}
