import { HaproxyError } from '../haproxy-error.js'
import { replyMeaning } from './reply-meaning.js'
import type { RuntimeCommand } from './runtime-command.js'
import { word } from './safe-argument.js'
import type { ExchangeOptions } from '../socket/socket-exchange.js'

/** A map or an ACL of a running HAProxy; an ACL's entries have no value. */
export interface PatternList {
  entries(options?: ExchangeOptions): Promise<PatternEntry[]>
  /** Adds entries; one key may stand in a list several times. */
  add(entries: readonly PatternEntry[], options?: ExchangeOptions): Promise<void>
  /** Gives every entry of a key another value; maps only. */
  set(key: string, value: string, options?: ExchangeOptions): Promise<void>
  /** Removes every entry of a key. */
  delete(key: string, options?: ExchangeOptions): Promise<void>
  /**
   * Replaces all entries in one transaction: traffic sees the old ones or the
   * new ones, never some of both.
   */
  replace(entries: readonly PatternEntry[], options?: ExchangeOptions): Promise<void>
}

/** One entry: a key, and the value that a map gives for it. */
export interface PatternEntry {
  readonly key: string
  readonly value?: string
}

/** Sends commands in one write and resolves with their replies. */
export type Converse = (
  commands: readonly string[],
  options?: ExchangeOptions,
) => Promise<readonly string[]>

/**
 * The map or ACL that HAProxy calls `id`: its file name, or `#` and a number.
 *
 * Its calls throw HaproxyError `refused` where HAProxy has no such list or
 * entry, and `unsafe-argument` where a text cannot be one word.
 */
export function patternList(kind: 'map' | 'acl', id: string, converse: Converse): PatternList {
  const list = word(id)
  const entryWords = ({ key, value }: PatternEntry) =>
    kind === 'map' ? `${word(key)} ${word(value ?? '')}` : word(key)
  const run = async (commands: readonly RuntimeCommand[], options?: ExchangeOptions) => {
    if (commands.length === 0) return []
    const texts = commands.map(({ text }) => text)
    const replies = await converse(texts, options)
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
