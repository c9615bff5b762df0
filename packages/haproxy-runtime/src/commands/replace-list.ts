import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError } from '../haproxy-error.js'
import type { ExchangeOptions } from '../socket/socket-exchange.js'
import type { AddCommand } from './add-entries.js'
import type { RuntimeCommand } from './runtime-command.js'

/** Sends commands and resolves with their replies; throws if HAProxy refuses one. */
export type RunCommands = (
  commands: readonly RuntimeCommand[],
  options?: ExchangeOptions,
) => Promise<string[]>

/** The commands of a transaction on one list. */
export interface ListTransaction {
  readonly prepare: RuntimeCommand
  add(version: string): readonly AddCommand[]
  commit(version: string): RuntimeCommand
  /** Removes every entry of a version, and shows what it still has. */
  clear(version: string): readonly [RuntimeCommand, RuntimeCommand]
}

/**
 * Entries and commands that are sent in one write. HAProxy takes some 60 µs for a
 * command and 5 µs for an entry, so a batch ends long before its timeout and
 * never holds a thread for long.
 */
const batchCommands = 500
const batchEntries = 5000

const defaultBatchMs = 2000
const lateMs = 10_000

const maxClears = 10
const clearPauseMs = 20

/**
 * Runs the commands in batches; each batch has the whole timeout of the call.
 *
 * HAProxy carries out what it has received even if the client has gone, so a
 * batch that was sent is awaited for longer than its timeout and in spite of an
 * abort: what arrives later could not be taken back.
 */
export async function runInBatches(
  run: RunCommands,
  commands: readonly AddCommand[],
  { timeoutMs = defaultBatchMs, signal }: ExchangeOptions = {},
): Promise<void> {
  const count = entriesOf(commands)
  let sent = 0
  for (const batch of batchesOf(commands)) {
    signal?.throwIfAborted()
    const sentAt = performance.now()
    const limits = { timeoutMs: timeoutMs + lateMs }
    await run(
      batch.map(({ command }) => command),
      limits,
    )
    const last = sent + entriesOf(batch)
    if (performance.now() - sentAt > timeoutMs) throw tooLate([sent + 1, last, count], timeoutMs)
    sent = last
  }
}

function* batchesOf(commands: readonly AddCommand[]): Generator<readonly AddCommand[]> {
  let batch: AddCommand[] = []
  let entries = 0
  for (const each of commands) {
    if (batch.length === batchCommands || (entries > 0 && entries + each.entries > batchEntries)) {
      yield batch
      batch = []
      entries = 0
    }
    batch.push(each)
    entries += each.entries
  }
  if (batch.length > 0) yield batch
}

function entriesOf(commands: readonly AddCommand[]): number {
  return commands.reduce((sum, { entries }) => sum + entries, 0)
}

function tooLate(
  [first, last, count]: readonly [number, number, number],
  timeoutMs: number,
): HaproxyError {
  return new HaproxyError(
    'timeout',
    `HAProxy did not take the entries ${first} to ${last} of ${count} within ${timeoutMs} ms; ` +
      'set a larger timeoutMs',
  )
}

/**
 * Replaces a list's entries in one transaction. What does not reach the commit
 * is taken back, for otherwise its entries stay in HAProxy's memory.
 */
export async function replaceList(
  run: RunCommands,
  transaction: ListTransaction,
  options: ExchangeOptions = {},
): Promise<void> {
  const [reply = ''] = await run([transaction.prepare], options)
  const version = `@${/\d+$/.exec(reply)?.[0]}`
  try {
    await runInBatches(run, transaction.add(version), options)
    options.signal?.throwIfAborted()
  } catch (error) {
    await takeBack(run, transaction.clear(version)).catch(cause => {
      throw notTakenBack(error, version, cause)
    })
    throw error
  }
  // If its reply is lost it may have succeeded: clearing would then empty the list.
  await run([transaction.commit(version)], options)
}

/**
 * Clears until nothing is left: HAProxy may still read what was sent before a
 * timeout. The timeout of the call, which may be the cause, is not used here.
 */
async function takeBack(run: RunCommands, commands: readonly RuntimeCommand[]): Promise<void> {
  for (let clears = 0; clears < maxClears; clears++) {
    const [, left = ''] = await run(commands)
    if (left === '') return
    await wait(clearPauseMs)
  }
  throw new HaproxyError('timeout', `it still has entries after ${maxClears} attempts`)
}

/** An abort keeps its own reason. */
function notTakenBack(error: unknown, version: string, cause: unknown): unknown {
  if (!(error instanceof HaproxyError)) return error
  const why = cause instanceof Error ? cause.message : String(cause)
  return new HaproxyError(
    error.code,
    `${error.message}. The entries of version ${version} could not be removed (${why}); ` +
      'the next replacement removes them',
    { cause: error },
  )
}
