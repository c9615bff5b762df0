import type { ExchangeOptions } from './socket-exchange.js'

/** Sends commands and resolves with their replies. */
export type SendCommands = (
  commands: readonly string[],
  options?: ExchangeOptions,
) => Promise<readonly string[]>

interface Call {
  readonly commands: readonly string[]
  readonly options: ExchangeOptions | undefined
  resolve(replies: readonly string[]): void
  reject(error: unknown): void
}

/**
 * Sends queries of one turn of the event loop over one connection: a connection
 * costs more than a short reply. Only calls with the same limits go together. If
 * the exchange fails, all of them fail.
 */
export function sendTogether(send: SendCommands): SendCommands {
  let waiting: Call[] = []
  const flush = () => {
    const calls = waiting
    waiting = []
    for (const group of byLimits(calls)) void sendGroup(send, group)
  }
  return (commands, options) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) process.nextTick(flush)
      waiting.push({ commands, options, resolve, reject })
    })
}

function byLimits(calls: readonly Call[]): Call[][] {
  const groups: Call[][] = []
  for (const call of calls) {
    const group = groups.find(([first]) => hasSameLimits(first?.options, call.options))
    if (group) group.push(call)
    else groups.push([call])
  }
  return groups
}

function hasSameLimits(a: ExchangeOptions = {}, b: ExchangeOptions = {}): boolean {
  return a.signal === b.signal && a.timeoutMs === b.timeoutMs
}

async function sendGroup(send: SendCommands, calls: readonly Call[]): Promise<void> {
  try {
    const replies = await send(
      calls.flatMap(({ commands }) => commands),
      calls[0]?.options,
    )
    let start = 0
    for (const { commands, resolve } of calls) {
      resolve(replies.slice(start, start + commands.length))
      start += commands.length
    }
  } catch (error) {
    for (const { reject } of calls) reject(error)
  }
}
