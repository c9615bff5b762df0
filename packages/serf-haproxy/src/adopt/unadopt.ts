import { rmSync, statSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile } from 'haproxy-reloader/files'
import { AgentError } from '../agent-error.js'
import type { Configuration } from '../configuration/schema.js'
import { haproxyCheck } from '../haproxy/haproxy-check.js'
import { readLock } from '../haproxy/lock-file.js'
import { originalPath, textIfPresent } from './adopted-files.js'

/** The way back from an adoption. */
export type Unadopted =
  | {
      readonly kind: 'plain'
      readonly file: string
      readonly text: string
      /** False if the file had this text already. */
      readonly isChanged: boolean
    }
  | { readonly kind: 'rejected'; readonly file: string; readonly report: string }

/**
 * Gives the configuration file back to its user: as the agent wrote it last, with
 * members as plain server lines, or as it was before adopt. HAProxy checks it first.
 *
 * @throws AgentError `locked` while an agent writes the file; `configuration` if there is
 * no text to write
 */
export async function unadopt(
  configuration: Configuration,
  { original, dryRun }: { readonly original: boolean; readonly dryRun: boolean },
): Promise<Unadopted> {
  const { configFile } = configuration.haproxy
  refuseRunningAgent(configFile)
  const present = textIfPresent(configFile)
  const text = original ? originalText(configuration) : present
  if (text === undefined || text === '') {
    const message = `${configFile}: expected the file that the agent wrote, got none; --original writes the file as it was before adopt`
    throw new AgentError('configuration', message)
  }
  const result = await haproxyCheck(configuration)(text, {})
  if (!result.ok) return { kind: 'rejected', file: configFile, report: result.report }
  if (!dryRun) {
    if (text !== present) await write(configFile, text)
    // HAProxy would load the file of the marker, which the agent no longer looks after.
    rmSync(`${configFile}.pending`, { force: true })
  }
  return { kind: 'plain', file: configFile, text, isChanged: text !== present }
}

function refuseRunningAgent(configFile: string): void {
  const lock = readLock(`${configFile}.lock`)
  if (lock.kind !== 'held') return
  const message = `the agent with process id ${lock.pid} writes ${configFile}; stop it first: it would overwrite the file`
  throw new AgentError('locked', message)
}

function originalText({ template, haproxy }: Configuration): string {
  const path = originalPath(dirname(template ?? haproxy.configFile), haproxy.configFile)
  const text = textIfPresent(path)
  if (text !== undefined) return text
  const message = `expected the file as it was before adopt, got no ${path}; without --original the file stays as the agent wrote it last`
  throw new AgentError('configuration', message)
}

/** Replaces the file; its owner and mode stay, and a link stays a link. */
async function write(configFile: string, text: string): Promise<void> {
  const target = await realpath(configFile).catch(() => configFile)
  const found = statSync(target, { throwIfNoEntry: false })
  try {
    const mode = found ? found.mode & 0o777 : 0o600
    await replaceFile(target, text, { mode, owner: found && { uid: found.uid, gid: found.gid } })
  } catch (cause) {
    const message = `cannot write ${configFile}: ${(cause as Error).message}; run as a user that may replace it`
    throw new AgentError('configuration', message, { cause })
  }
}
