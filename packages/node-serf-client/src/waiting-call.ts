import type { CallOptions } from './call-options.js'
import type { Command } from './command-table.js'
import { asSerfError, refusal, SerfError } from './serf-error.js'

/** A request that was sent, until its reply comes or nobody waits any more. */
export interface WaitingCall<T> {
  readonly command: Command
  /** What the caller waits for. */
  readonly reply: Promise<T>
  /** The agent's answer: its reason to refuse, or empty, and the body where there is one. */
  settle(reason: string, body: unknown): void
  fail(error: SerfError): void
}

/** Begins to wait for the reply to `command`, for as long as the options say. */
export function waitForReply<T>(
  command: Command,
  decode: (body: unknown) => T,
  { timeoutMs, signal }: CallOptions & { readonly timeoutMs: number },
): WaitingCall<T> {
  const { promise: reply, resolve, reject } = promiseWithResolvers<T>()
  const timer = setTimeout(() => {
    const message = `The Serf agent did not answer ${command} within ${timeoutMs} ms`
    fail(new SerfError('timeout', message, { command }))
  }, timeoutMs)
  const onAbort = () => fail(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const stopWaiting = () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
  const fail = (error: unknown) => {
    stopWaiting()
    reject(error)
  }
  const settle = (reason: string, body: unknown) => {
    try {
      const isBare = reason !== '' && body === undefined
      const value = isBare ? undefined : decode(body)
      if (reason !== '') return fail(refusal(command, reason, value))
      stopWaiting()
      resolve(value as T)
    } catch (error) {
      fail(asSerfError(error))
    }
  }
  return { command, reply, settle, fail }
}

function promiseWithResolvers<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (reason: unknown) => void
} {
  let resolve: (value: T) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
