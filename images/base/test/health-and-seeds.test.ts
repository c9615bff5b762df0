import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { connect } from 'node-serf-client'
import {
  freePort,
  gossipKey,
  loopbackAddress,
  missingProgram,
  startSerfAgent,
  until,
} from 'real-components'
import t, { type Test } from 'tap'
import { joinSeeds } from '../src/join-seeds.js'
import { missingSeeds } from '../src/missing-seeds.js'
import { watchHealth } from '../src/watch-health.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

t.test('only who is a stranger is to be joined, and never oneself', async t => {
  const members = [
    { address: '10.0.0.1', status: 'alive' },
    { address: '10.0.0.2', status: 'failed' },
    { address: '10.0.0.3', status: 'left' },
    { address: '10.0.0.4', status: 'leaving' },
  ] as const
  const all = ['10.0.0.9', '10.0.0.5', '10.0.0.4', '10.0.0.3', '10.0.0.2', '10.0.0.1', '10.0.0.5']
  t.same(missingSeeds(all, ['10.0.0.9'], members), ['10.0.0.2', '10.0.0.5'])
  t.same(missingSeeds(['10.0.0.9'], ['10.0.0.9'], []), [], 'who joins itself has joined nobody')
})

t.test(
  'nodes that start in any order become one cluster',
  { skip: missingProgram('serf') },
  async t => {
    const key = gossipKey()
    const rpcKey = 'secret'
    const [one, two] = [loopbackAddress(), loopbackAddress()]
    const start = async (name: string, address: string) => {
      const at = { address, gossipPort: 7946, rpcPort: await freePort(address) }
      return startSerfAgent(t, { name, key, rpcKey, at })
    }
    const first = await start('first', one)
    const ended = new AbortController()
    t.teardown(() => ended.abort())
    const joined: string[] = []
    let isReady = false
    const seeking = joinSeeds({
      // The second is not there yet.
      seeds: [two, 'no-such-name.invalid'],
      rpc: { host: one, port: first.rpcPort },
      authKey: rpcKey,
      signal: ended.signal,
      intervalMs: 50,
      onReady: () => (isReady = true),
      onJoined: address => joined.push(address),
    })
    await until('the first look', () => isReady)
    await start('second', two)
    await using client = await connect({ host: one, port: first.rpcPort, authKey: rpcKey })
    await until('both in one cluster', async () => {
      const members = await client.members()
      return members.filter(({ status }) => status === 'alive').length === 2
    })
    await until('the join to be told', () => joined.length > 0)
    t.equal(joined[0], two)
    ended.abort()
    await seeking
  },
)

t.test(
  'an agent that is not there yet is waited for',
  { skip: missingProgram('serf') },
  async t => {
    const host = loopbackAddress()
    const port = await freePort(host)
    const ended = new AbortController()
    t.teardown(() => ended.abort())
    let isReady = false
    const seeking = joinSeeds({
      seeds: [host],
      rpc: { host, port },
      authKey: 'secret',
      signal: ended.signal,
      onReady: () => (isReady = true),
    })
    const at = { address: host, gossipPort: 7946, rpcPort: port }
    await startSerfAgent(t, { name: 'late', key: gossipKey(), rpcKey: 'secret', at })
    await until('the agent to be found', () => isReady)
    ended.abort()
    await seeking
    t.ok(isReady)
  },
)

/** An application whose health a test decides. */
async function application(t: Test): Promise<{ url: string; set(status: number): void }> {
  let status = 503
  const server: Server = createServer((_, response) => {
    // A frozen application: the connection is taken, and nothing comes.
    if (status !== 0) response.writeHead(status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/health`, set: next => (status = next) }
}

for (const [what, status, hangMs, verdict] of [
  ['answers with an error', 500, 100, { kind: 'failed', fault: /answered 500/ }],
  ['does not answer', 0, 100, { kind: 'hangs', fault: /did not answer within 500 ms/ }],
  ['does not answer, and may hang,', 0, 0, { kind: 'failed', fault: /did not answer/ }],
] as const) {
  t.test(`a check of what ${what} for long enough is given up`, async t => {
    const { url, set } = await application(t)
    const ended = new AbortController()
    t.teardown(() => ended.abort())
    let isReady = false
    const watched = watchHealth({
      url,
      graceMs: 1500,
      hangMs,
      everyMs: 20,
      timeoutMs: 500,
      signal: ended.signal,
      onReady: () => (isReady = true),
    })
    t.notOk(isReady, 'an application that starts has not failed')
    set(200)
    await until('the check to succeed', () => isReady)
    set(status)
    let isOver = false
    const over = watched.finally(() => (isOver = true))
    // What nobody holds any more must not be what ends the check.
    await until('the check to be given up', () => {
      collectGarbage()
      return isOver
    })
    t.match(await over, verdict)
  })
}

t.test('a check that fails for a moment has not failed for good', async t => {
  const { url, set } = await application(t)
  set(200)
  const ended = new AbortController()
  let isReady = false
  const watched = watchHealth({
    url,
    graceMs: 60_000,
    hangMs: 60_000,
    everyMs: 1,
    signal: ended.signal,
    onReady: () => {
      isReady = true
      set(500)
    },
  })
  await until('the check to succeed', () => isReady)
  ended.abort()
  t.equal(await watched, undefined)
})

t.test('an application that never answers has failed in the end, and does not hang', async t => {
  const { url, set } = await application(t)
  set(0)
  const { signal } = new AbortController()
  const limits = { graceMs: 200, hangMs: 1, everyMs: 1, timeoutMs: 100, signal }
  t.match(await watchHealth({ url, ...limits, onReady: () => t.fail('it is not ready') }), {
    kind: 'failed',
  })
})
