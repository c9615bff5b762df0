import { entryWords, type PatternEntry, type PatternKind } from './pattern-words.js'
import type { RuntimeCommand } from './runtime-command.js'

/** The end of a command that adds entries of a list, and their number. */
export interface AddedEntries {
  readonly words: string
  readonly entries: number
}

/** A command that adds entries of a list, and their number. */
export interface AddCommand {
  readonly command: RuntimeCommand
  readonly entries: number
}

/**
 * Most bytes of a payload. HAProxy reads a command with its payload into one
 * buffer, of 16 kB by default, and refuses a larger one.
 */
const payloadBytes = 4096

/**
 * Divides entries into commands, in order. Many entries of a map are the payload
 * of one command; one that would become another there is sent by itself. A
 * payload has no escapes; it ends with an empty line, and no entry is one. ACLs
 * have no payloads, as of HAProxy 3.0.
 *
 * @throws HaproxyError `unsafe-argument` if HAProxy could read an entry as something else
 */
export function addedEntries(kind: PatternKind, entries: readonly PatternEntry[]): AddedEntries[] {
  const parts: AddedEntries[] = []
  let lines: string[] = []
  let bytes = 0
  const flush = () => {
    if (lines.length > 0) parts.push({ words: `<<\n${lines.join('\n')}\n`, entries: lines.length })
    lines = []
    bytes = 0
  }
  for (const entry of entries) {
    const line = payloadLine(kind, entry)
    const size = line === undefined ? Infinity : Buffer.byteLength(line) + 1
    if (bytes + size > payloadBytes) flush()
    if (line === undefined || size > payloadBytes)
      parts.push({ words: entryWords(kind, entry), entries: 1 })
    else {
      lines.push(line)
      bytes += size
    }
  }
  flush()
  return parts
}

/**
 * Returns the commands that add entries.
 *
 * @param place - the version, if there is one, and the list
 */
export function addCommands(
  kind: PatternKind,
  place: string,
  parts: readonly AddedEntries[],
): AddCommand[] {
  return parts.map(({ words, entries }) => ({
    command: { text: `add ${kind} ${place} ${words}`, done: /^$/ },
    entries,
  }))
}

/** A text that is read to the end of its line as it is written. */
const lineEnd = /^[^ \t\n\r\0][^\n\r\0]*$/
const mapKey = /^[^ \t\n\r\0]+$/

/** Returns an entry as a line of a payload; undefined if it would be another entry there. */
function payloadLine(kind: PatternKind, { key, value = '' }: PatternEntry): string | undefined {
  const isLine = kind === 'map' && mapKey.test(key) && lineEnd.test(value)
  return isLine ? `${key} ${value}` : undefined
}
