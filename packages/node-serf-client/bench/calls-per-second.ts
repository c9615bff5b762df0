import { gossipKey, missingProgram, startSerfAgent } from 'real-components'
import { startFakeAgent } from '../src/fake-agent/index.js'
import { connect, type SerfClient } from '../src/index.js'
import { clusterOf } from './members-reply.js'
import { print } from './report.js'

const calls = 5000

/** Measures the `members` calls per second of one connection, sequential and pipelined. */
export async function callsPerSecond(): Promise<void> {
  print(`\ncalls per second, ${calls} calls of members over TCP:`)
  await using fake = await startFakeAgent({ members: clusterOf(2) })
  await compare('fake agent, 3 members', fake.host, fake.port)
  if (missingProgram('serf') !== false) return
  const endings: (() => unknown)[] = []
  try {
    const t = { teardown: (end: () => unknown) => void endings.push(end) }
    const agent = await startSerfAgent(t, { name: 's1', key: gossipKey() })
    await compare('real agent, 1 member', agent.address, agent.rpcPort)
  } finally {
    for (const end of endings.toReversed()) await end()
  }
}

async function compare(name: string, host: string, port: number): Promise<void> {
  await using client = await connect({ host, port, timeoutMs: 60_000 })
  await pipelined(client)
  const one = await perSecond(() => sequential(client))
  const all = await perSecond(() => pipelined(client))
  const ratio = (all / one).toFixed(1)
  print(`  ${name.padEnd(26)} sequential ${one}, pipelined ${all} (${ratio} ×)`)
}

async function sequential(client: SerfClient): Promise<void> {
  for (let i = 0; i < calls; i++) await client.members()
}

async function pipelined(client: SerfClient): Promise<void> {
  await Promise.all(Array.from({ length: calls }, () => client.members()))
}

async function perSecond(run: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await run()
  return Math.round((calls / (performance.now() - start)) * 1000)
}
