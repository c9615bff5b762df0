import autocannon from 'autocannon'

/** The result of a steady load. */
export interface LoadResult {
  readonly requests: number
  /** Answers other than 2xx, broken connections and timeouts. */
  readonly failed: number
  /** Latency that 99 of 100 requests did not exceed, and the longest; ms. */
  readonly p99Ms: number
  readonly longestMs: number
}

/**
 * Sends `rate` GET requests a second for `seconds` over ten keep-alive
 * connections, and meanwhile does `act`.
 */
export async function underSteadyLoad(
  target: { readonly host: string; readonly port: number },
  { rate, seconds }: { rate: number; seconds: number },
  act: () => Promise<unknown>,
): Promise<LoadResult> {
  const load = autocannon({
    url: `http://${target.host}:${target.port}/`,
    connections: 10,
    overallRate: rate,
    duration: seconds,
    timeout: 10,
  })
  const [result] = await Promise.all([load, act()])
  return {
    requests: result.requests.total,
    failed: result.non2xx + result.errors + result.timeouts,
    p99Ms: result.latency.p99,
    longestMs: result.latency.max,
  }
}
