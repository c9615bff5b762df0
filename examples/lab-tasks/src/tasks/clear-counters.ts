import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import type { NodeEngine } from 'serf-haproxy-lab'

/** Sets all counters of HAProxy to zero, so that a picture shows only what comes after. */
export async function clearCounters(engine: NodeEngine): Promise<void> {
  const { runtimeSocket } = await engine.endpoints()
  const connection = createConnection(runtimeSocket)
  connection.end('clear counters all\n')
  const answer = await text(connection)
  if (answer.trim() !== '') throw new Error(`HAProxy did not clear its counters: ${answer.trim()}`)
}

/** Returns the connection errors that the statistics count for a pool. */
export async function connectionErrors(engine: NodeEngine, pool: string): Promise<number> {
  const { statsUrl } = await engine.endpoints()
  const csv = await (await fetch(new URL('/;csv', statsUrl))).text()
  const [titles = [], ...rows] = csv.split('\n').map(line => line.replace(/^# /, '').split(','))
  const row = rows.find(([name, server]) => name === pool && server === 'BACKEND')
  return Number(row?.[titles.indexOf('econ')] ?? Number.NaN)
}
