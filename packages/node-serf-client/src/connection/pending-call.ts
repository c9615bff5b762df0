import { addAbortCallback } from './abort-listeners.js'
import type { Command } from '../wire/command-table.js'
import { refusal, SerfError, unreadable } from '../serf-error.js'

/** Request that waits for its reply. */
export interface PendingCall {
  readonly command: Command
  /** Takes the reply: the reason of a refusal, or an empty text, and the body, if any. */
  complete(reason: string, body: unknown): void
  fail(error: SerfError): void
}

/**
 * Waits for the reply to `command`, until the timeout or the signal. `send` is
 * called at once with the call that the reply completes.
 */
export function waitForReply<T>(
  command: Command,
  decode: (body: unknown) => T,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  send: (call: PendingCall) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const message = `The Serf agent did not answer ${command} within ${timeoutMs} ms`
      fail(new SerfError('timeout', message, { command }))
    }, timeoutMs)
    const onAbort = () => fail(signal?.reason)
    const removeAbortCallback = signal && addAbortCallback(signal, onAbort)
    const stopWaiting = () => {
      clearTimeout(timer)
      removeAbortCallback?.()
    }
    const fail = (error: unknown) => {
      stopWaiting()
      reject(error)
    }
    const complete = (reason: string, body: unknown) => {
      try {
        if (reason === '') resolve(decode(body))
        else reject(refusal(command, reason, body === undefined ? undefined : decode(body)))
      } catch (error) {
        reject(unreadable(error))
      }
      stopWaiting()
    }
    send({ command, complete, fail })
  })
}
