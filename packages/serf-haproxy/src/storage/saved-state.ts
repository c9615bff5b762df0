import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { memoryFromData, type Memory } from '../decision/member-memory.js'
import type { Frozen } from '../state/agent-state.js'
import type { OperatorDrain, OperatorDrains } from '../state/operator-drain.js'
import { asideNames } from './set-aside.js'
import { isForeign } from './private-folder.js'

/** Data that outlives the agent's process. */
export interface SavedState {
  /** Undefined before the first decision. */
  readonly memory: Memory | undefined
  readonly frozen: Frozen | undefined
  readonly drained?: OperatorDrains | undefined
}

/** The file of the saved state, as it was found. */
export type SavedFile =
  /** There is none, as before the first start. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'read'; readonly saved: SavedState }
  /** It may have held a freeze; `why` says what is wrong. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly isThere: boolean }

/** Format of the file. */
export const version = 1
/** Ten thousand members with tags take less than a tenth. */
const mostBytes = 64 * 1024 * 1024

/**
 * Reads the saved state, whatever is at its place. An agent that cannot tell
 * whether it was frozen has to stay frozen, so nothing but a missing file is
 * taken for a first start. Writes nothing, and never throws.
 */
export function readSavedFile(file: string): SavedFile {
  try {
    const found = lstatSync(file, { throwIfNoEntry: false })
    if (!found) return absentOrSetAside(file)
    return read(file)
  } catch (error) {
    return isAbsent(error) ? { kind: 'absent' } : unreadable((error as Error).message)
  }
}

/** Nothing was saved since the file was set aside: its freeze is still unknown. */
function absentOrSetAside(file: string): SavedFile {
  const aside = asideNames(basename(file), readdirSync(dirname(file))).at(-1)
  if (aside === undefined) return { kind: 'absent' }
  const why = `it was set aside as ${aside}, and none was written since`
  return { kind: 'unreadable', why, isThere: false }
}

function read(file: string): SavedFile {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) return unreadable('expected a file, got a link that leads nowhere')
  if (!found.isFile())
    return unreadable(`expected a file, got ${found.isDirectory() ? 'a folder' : 'a special file'}`)
  if (isForeign(found)) return unreadable(`expected a file of this user, got one of ${found.uid}`)
  if (found.size > mostBytes)
    return unreadable(`expected at most ${mostBytes} bytes, got ${found.size}`)
  const text = readFileSync(file, 'utf8')
  if (text === '') return unreadable('expected JSON, got an empty file')
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    // The message quotes the text, which may hold control characters.
    return unreadable(`expected JSON, got ${JSON.stringify((error as Error).message)}`)
  }
  return stateFromData(data)
}

function stateFromData(data: unknown): SavedFile {
  if (!isObject(data)) return unreadable('expected an object')
  const { version: found, members, frozen, drained } = data
  if (found !== version) return unreadable(otherVersion(found))
  const memory = memoryFromData(members)
  if (members !== undefined && !memory) return unreadable('its members have another form')
  if (frozen !== undefined && !isObject(frozen)) return unreadable('its freeze has another form')
  const drains = drainsFromData(drained ?? [])
  if (!drains) return unreadable('its drains have another form')
  const saved = { memory, frozen: frozen && frozenFromData(frozen), drained: drains }
  return { kind: 'read', saved }
}

function otherVersion(found: unknown): string {
  const isNewer = typeof found === 'number' && found > version
  const writer = isNewer ? 'a newer version of serf-haproxy wrote it: ' : ''
  return `${writer}expected version ${version}, got ${JSON.stringify(found)?.slice(0, 40)}`
}

function frozenFromData({ since, reason, generation }: Readonly<Record<string, unknown>>): Frozen {
  return {
    since: isFinite(since) ? since : 0,
    ...(typeof reason === 'string' && { reason }),
    ...(isFinite(generation) && { generation }),
  }
}

function drainsFromData(data: unknown): OperatorDrains | undefined {
  if (!Array.isArray(data) || !data.every(isDrain)) return undefined
  return new Map(data.map(drain => [drain.member, drain]))
}

function isDrain(data: unknown): data is OperatorDrain {
  if (!isObject(data)) return false
  const { member, since, reason } = data
  return (
    typeof member === 'string' &&
    isFinite(since) &&
    (reason === undefined || typeof reason === 'string')
  )
}

function unreadable(why: string): SavedFile {
  return { kind: 'unreadable', why, isThere: true }
}

function isObject(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value)
}

/** The folder is not there, or something else is at its place. */
function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
}
