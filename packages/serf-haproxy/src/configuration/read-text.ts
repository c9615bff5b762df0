import { readFileSync } from 'node:fs'
import { AgentError } from '../agent-error.js'

/**
 * Reads a file that the configuration, or the command line, names.
 *
 * @throws AgentError `configuration` if it cannot be read
 */
export function readText(file: string, what: string): string {
  try {
    // Unlike Node's own conversion, a decoder leaves out a byte order mark.
    return new TextDecoder().decode(readFileSync(file))
  } catch (cause) {
    const message = `cannot read ${what} ${file}: ${(cause as Error).message}`
    throw new AgentError('configuration', message, { cause })
  }
}
