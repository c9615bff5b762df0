import { isServing, type Lab, until } from 'serf-haproxy-lab'

/** A load balancer that was started again may wait for a minute in the classic system. */
const settleTimeoutMs = 120_000

/** The servers that HAProxy sends new clients to. */
export async function known(lab: Lab): Promise<string[]> {
  return (await lab.servers())
    .filter(isServing)
    .map(({ name }) => name)
    .toSorted()
}

/** Resolves when HAProxy lists exactly these servers, and sends all of them traffic. */
export async function serving(
  lab: Lab,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const isThere = async () => {
    const servers = await lab.servers()
    return (
      servers.length === wanted.length && (await known(lab)).join() === wanted.toSorted().join()
    )
  }
  const what = `HAProxy to serve exactly ${wanted.join(', ')}`
  await until(what, isThere, { timeoutMs: settleTimeoutMs, everyMs: 20, signal })
}
