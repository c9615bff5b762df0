import { get, type Agent } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'

const tickMs = 100
const mostTicks = 100

/** A failed request. */
interface Failure {
  readonly reason: string
  /** True where the server closed an idle connection at the moment of its reuse. */
  readonly isStale: boolean
}

/**
 * Sends one GET, and returns the reason of its failure; undefined for a 200.
 *
 * The limit for an answer is 10 s of this process's own time: while a loaded
 * machine does not run it, the clock of the request stands still. As clients do,
 * it repeats a request whose kept connection was closed before the first byte of
 * an answer.
 */
export async function requestFailure(url: string, agent: Agent): Promise<string | undefined> {
  for (;;) {
    const failure = await send(url, agent)
    if (!failure?.isStale) return failure?.reason
  }
}

function send(url: string, agent: Agent): Promise<Failure | undefined> {
  return new Promise(resolve => {
    let hasResponse = false
    const request = get(url, { agent }, response => {
      hasResponse = true
      response.resume()
      response.on('end', () => settle(statusFailure(response.statusCode)))
      response.on('error', error => settle({ reason: error.message, isStale: false }))
    })
    // The ticks of a process that did not run are dropped, not made up for.
    let ticks = 0
    const clock = setInterval(() => {
      if ((ticks += 1) === mostTicks) void endLate()
    }, tickMs)
    const endLate = async () => {
      // The answer may be there, unread.
      await nextTurn()
      request.destroy(new Error(`no answer within ${(mostTicks * tickMs) / 1000} s`))
    }
    const settle = (failure?: Failure) => {
      clearInterval(clock)
      resolve(failure)
    }
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE'
      settle({ reason: error.message, isStale: isReset && request.reusedSocket && !hasResponse })
    })
  })
}

function statusFailure(status: number | undefined): Failure | undefined {
  return status === 200 ? undefined : { reason: `status ${status}`, isStale: false }
}
