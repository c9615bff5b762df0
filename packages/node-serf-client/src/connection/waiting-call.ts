import type { Command } from '../wire/command-table.js'
import { refusal, SerfError, unreadable } from '../serf-error.js'

/** A request that was sent, until its reply comes or nobody waits any more. */
export interface WaitingCall {
  readonly command: Command
  /** The agent's answer: its reason to refuse, or empty, and the body where there is one. */
  settle(reason: string, body: unknown): void
  fail(error: SerfError): void
}

/**
 * Waits for the reply to `command`, for as long as the limits say; `sent` is
 * given, at once, what settles it.
 */
export function waitForReply<T>(
  command: Command,
  decode: (body: unknown) => T,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  sent: (call: WaitingCall) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
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
        if (reason === '') resolve(decode(body))
        else reject(refusal(command, reason, body === undefined ? undefined : decode(body)))
      } catch (error) {
        reject(unreadable(error))
      }
      stopWaiting()
    }
    sent({ command, settle, fail })
  })
}
