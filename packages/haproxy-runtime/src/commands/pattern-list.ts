import { HaproxyError } from '../haproxy-error.js'
import { replyMeaning } from './reply-meaning.js'
import type { RuntimeCommand } from './runtime-command.js'
import { word } from './safe-argument.js'
import type { ExchangeOptions } from '../socket/socket-exchange.js'

/** A map or an ACL of a running HAProxy; the entries of an ACL have no value. */
export interface PatternList {
  /** Returns all entries. */
  entries(options?: ExchangeOptions): Promise<PatternEntry[]>
  /** Adds entries; a list may hold a key several times. */
  add(entries: readonly PatternEntry[], options?: ExchangeOptions): Promise<void>
  /** Sets the value of every entry of a key; maps only. */
  set(key: string, value: string, options?: ExchangeOptions): Promise<void>
  /** Removes every entry of a key. */
  delete(key: string, options?: ExchangeOptions): Promise<void>
  /**
   * Replaces all entries in one transaction: traffic sees either the old or the
   * new entries, never a mixture.
   */
  replace(entries: readonly PatternEntry[], options?: ExchangeOptions): Promise<void>
}

/** One entry: a key, and in a map its value. */
export interface PatternEntry {
  readonly key: string
  readonly value?: string
}

/** Sends commands in one write and resolves with their replies. */
type SendCommands = (
  commands: readonly string[],
  options?: ExchangeOptions,
) => Promise<readonly string[]>

/**
 * Creates access to the map or ACL with this `id`: its file name, or `#` and a number.
 *
 * Its calls throw HaproxyError `refused` if HAProxy has no such list or
 * entry, and `unsafe-argument` if a text cannot be one word.
 */
export function createPatternList(
  kind: 'map' | 'acl',
  id: string,
  send: SendCommands,
): PatternList {
  const list = word(id)
  const entryWords = ({ key, value }: PatternEntry) =>
    kind === 'map' ? `${word(key)} ${word(value ?? '')}` : word(key)
  const run = async (commands: readonly RuntimeCommand[], options?: ExchangeOptions) => {
    if (commands.length === 0) return []
    const texts = commands.map(({ text }) => text)
    const replies = await send(texts, options)
    return commands.map(({ text, done }, i) => {
      const reply = (replies[i] ?? '').trim()
      if (replyMeaning(reply, done) === 'done') return reply
      throw new HaproxyError('refused', `HAProxy refused "${text}": ${reply}`)
    })
  }

  return {
    async entries(options) {
      const done = /^(?:$|0x)/
      const [reply = ''] = await run([{ text: `show ${kind} ${list}`, done }], options)
      return parseEntries(kind, reply)
    },
    async add(entries, options) {
      const adding = entries.map(entry => silent(`add ${kind} ${list} ${entryWords(entry)}`))
      await run(adding, options)
    },
    async set(key, value, options) {
      await run([silent(`set ${kind} ${list} ${word(key)} ${word(value)}`)], options)
    },
    async delete(key, options) {
      await run([silent(`del ${kind} ${list} ${word(key)}`)], options)
    },
    async replace(entries, options) {
      const prepare = { text: `prepare ${kind} ${list}`, done: /^New version created: \d+$/ }
      const [reply = ''] = await run([prepare], options)
      const version = `@${/\d+$/.exec(reply)?.[0]}`
      const adding = entries.map(entry =>
        silent(`add ${kind} ${version} ${list} ${entryWords(entry)}`),
      )
      await run(adding, options)
      await run([silent(`commit ${kind} ${version} ${list}`)], options)
    },
  }
}

function silent(text: string): RuntimeCommand {
  return { text, done: /^$/ }
}

function parseEntries(kind: 'map' | 'acl', reply: string): PatternEntry[] {
  return reply.split('\n').flatMap(line => {
    const entry = /^0x[0-9a-f]+ (.*)$/.exec(line)?.[1]
    if (entry === undefined) return []
    if (kind === 'acl') return { key: entry }
    const [, key = entry, value = ''] = /^(\S+) (.*)$/.exec(entry) ?? []
    return { key, value }
  })
}
