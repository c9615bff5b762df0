import { linesOf } from '../reply-lines.js'
import { HaproxyError } from '../haproxy-error.js'
import { replyMeaning } from './reply-meaning.js'
import type { RuntimeCommand } from './runtime-command.js'
import { addCommands, addedEntries } from './add-entries.js'
import { listWord, lookupWord, type PatternEntry, type PatternKind } from './pattern-words.js'
import {
  replaceList,
  runInBatches,
  type ListTransaction,
  type RunCommands,
} from './replace-list.js'
import { word } from './safe-argument.js'
import type { ExchangeOptions } from '../socket/socket-exchange.js'

/** A map or an ACL of a running HAProxy; the entries of an ACL have no value. */
export interface PatternList {
  /** Returns all entries. */
  entries(options?: ExchangeOptions): Promise<PatternEntry[]>
  /**
   * Adds entries; a list may hold a key several times. They are sent in
   * batches, and `timeoutMs` is the limit of each. If HAProxy refuses one, some
   * of the others have been added.
   */
  add(entries: readonly PatternEntry[], options?: ExchangeOptions): Promise<void>
  /** Sets the value of every entry of a key; maps only. A key may not begin with `#0x`. */
  set(key: string, value: string, options?: ExchangeOptions): Promise<void>
  /** Removes every entry of a key. A key may not begin with `#0x`. */
  delete(key: string, options?: ExchangeOptions): Promise<void>
  /**
   * Replaces all entries in one transaction: traffic sees either the old or the
   * new entries, never a mixture. The entries are sent in batches, and
   * `timeoutMs` is the limit of each. A replacement that fails or is aborted
   * leaves the list as it was; an abort takes effect after the present batch.
   */
  replace(entries: readonly PatternEntry[], options?: ExchangeOptions): Promise<void>
}

/** Sends commands in one write and resolves with their replies. */
type SendCommands = (
  commands: readonly string[],
  options?: ExchangeOptions,
) => Promise<readonly string[]>

/**
 * Creates access to the map or ACL with this `id`: its file name, or `#` and a number.
 *
 * Its calls throw HaproxyError `refused` if HAProxy has no such list or entry,
 * and `unsafe-argument` if HAProxy could read a text as something else.
 */
export function createPatternList(kind: PatternKind, id: string, send: SendCommands): PatternList {
  const list = listWord(id)
  const run: RunCommands = async (commands, options) => {
    const texts = commands.map(({ text }) => text)
    const replies = texts.length === 0 ? [] : await send(texts, options)
    return commands.map(({ text, done }, i) => {
      // In front is a prompt for each line of a payload. A value may end with spaces.
      const reply = (replies[i] ?? '').replace(/^(?:\+ )+/, '').replace(/\n+$/, '')
      if (replyMeaning(reply, done) === 'done') return reply
      const [shown = ''] = text.split('\n', 1)
      throw new HaproxyError('refused', `HAProxy refused "${shown}": ${reply.trim()}`)
    })
  }

  return {
    async entries(options) {
      const [reply = ''] = await run([showing(kind, list)], options)
      return parseEntries(kind, reply)
    },
    add: async (entries, options) =>
      runInBatches(run, addCommands(kind, list, addedEntries(kind, entries)), options),
    async set(key, value, options) {
      await run([silent(`set ${kind} ${list} ${lookupWord(key)} ${word(value)}`)], options)
    },
    async delete(key, options) {
      await run([silent(`del ${kind} ${list} ${lookupWord(key)}`)], options)
    },
    async replace(entries, options) {
      // What cannot be sent is refused before a version is prepared.
      const added = addedEntries(kind, entries)
      const transaction: ListTransaction = {
        prepare: { text: `prepare ${kind} ${list}`, done: /^New version created: \d+$/ },
        add: version => addCommands(kind, `${version} ${list}`, added),
        commit: version => silent(`commit ${kind} ${version} ${list}`),
        clear: version => [
          silent(`clear ${kind} ${version} ${list}`),
          showing(kind, `${version} ${list}`),
        ],
      }
      await replaceList(run, transaction, options)
    },
  }
}

function showing(kind: PatternKind, list: string): RuntimeCommand {
  return { text: `show ${kind} ${list}`, done: /^(?:$|0x)/ }
}

function silent(text: string): RuntimeCommand {
  return { text, done: /^$/ }
}

/** Most entries of a map or an ACL that are read. */
const maxEntries = 1_000_000

function parseEntries(kind: PatternKind, reply: string): PatternEntry[] {
  return linesOf(`show ${kind}`, reply, maxEntries).flatMap(line => {
    const entry = /^0x[0-9a-f]+ (.*)$/.exec(line)?.[1]
    if (entry === undefined) return []
    if (kind === 'acl') return { key: entry }
    const [, key = entry, value = ''] = /^(\S+) (.*)$/.exec(entry) ?? []
    return { key, value }
  })
}
