import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { createGunzip } from 'node:zlib'
import { freePort, until } from 'real-components'
import t, { type Test } from 'tap'
import type { StreamLimits } from '../../src/http/event-streams.js'
import { serveAgent } from '../../src/http/agent-server.js'
import { fakeAgent } from '../fake-agent.js'
import type { AgentState } from '../../src/state/agent-state.js'
import { withDelta, type StateDelta } from '../../src/state/state-delta.js'
import { memberNamed } from '../sample-state.js'

const host = '127.0.0.1'

interface Frame {
  readonly event: string
  readonly id?: string
  readonly data: { seq?: number; mode?: string; text?: string }
}

async function scene(t: Test, streams: Partial<StreamLimits> = {}) {
  const fake = fakeAgent()
  const port = await freePort(host)
  const limits = { tickMs: 20, ...streams }
  const listen = { address: host, port }
  const server = await serveAgent({ agent: fake.agent, listen, streams: limits })
  t.teardown(() => server.close())
  return {
    ...fake,
    port,

    follow: (id?: string) => follow(t, port, { id }),
    followDeltas: () => follow(t, port, { path: '/events?deltas' }),
    followCompressed: () => follow(t, port, { path: '/events?deltas', isCompressed: true }),
  }
}

/** Follows the stream as a browser does: frames as they come, until the end. */
async function follow(
  t: Test,
  port: number,
  {
    id,
    path = '/events',
    isCompressed = false,
  }: { id?: string | undefined; path?: string; isCompressed?: boolean },
) {
  const headers = {
    ...(id !== undefined && { 'last-event-id': id }),
    ...(isCompressed && { 'accept-encoding': 'gzip' }),
  }
  const call = request({ host, port, path, headers, agent: false }).end()
  t.teardown(() => call.destroy())
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  const frames: Frame[] = []
  let rest = ''
  const texts = isCompressed ? response.pipe(createGunzip()) : response
  texts.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n\n')
    rest = parts.pop() ?? ''
    frames.push(...parts.filter(part => /^(?:id|event):/.test(part)).map(parseFrame))
  })
  response.on('error', () => {})
  texts.on('error', () => {})
  const seqs = () => frames.flatMap(({ event, data }) => (event === 'entry' ? [data.seq] : []))
  return { response, frames, seqs, end: () => call.destroy() }
}

function parseFrame(text: string): Frame {
  const fields = Object.fromEntries(
    text.split('\n').map(line => {
      const [, name = '', value = ''] = /^(\w+): (.*)$/.exec(line) ?? []
      return [name, value]
    }),
  )
  return { ...fields, data: JSON.parse(fields['data'] ?? '') } as Frame
}

const entry = (text: string) => ({ kind: 'error' as const, error: text, text })

t.test('a client receives a greeting, the state, past entries and new ones', async t => {
  const { follow, add, set } = await scene(t)
  add(entry('one'))
  const { frames, seqs, response } = await follow()
  t.match(response.headers, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  await until('the past', () => seqs().length === 1)
  t.same(
    frames.slice(0, 3).map(({ event }) => event),
    ['hello', 'state', 'entry'],
  )
  add(entry('two\nlines'))
  await until('the second entry', () => seqs().length === 2)
  t.equal(frames.find(({ data }) => data.seq === 2)?.data.text, 'two\nlines')
  set({ mode: 'held' })
  await until('the new state', () => frames.some(({ data }) => data.mode === 'held'))
})

t.test('a client that reconnects receives each missed entry once', async t => {
  const { follow, add } = await scene(t)
  for (const text of ['one', 'two', 'three']) add(entry(text))
  const first = await follow()
  await until('three entries', () => first.seqs().length === 3)
  const id = first.frames.find(({ data }) => data.seq === 2)?.id
  first.end()
  add(entry('four'))
  const again = await follow(id)
  await until('the missed ones', () => again.seqs().length === 2)
  add(entry('five'))
  await until('the newest', () => again.seqs().length === 3)
  t.same(again.seqs(), [3, 4, 5])
  for (const stale of ['1.2', 'nonsense', '1700000000000.x', '']) {
    const client = await follow(stale)
    await until(`all for ${stale}`, () => client.seqs().length === 5)
  }
})

t.test('a client that never reads is disconnected, and does not delay the others', async t => {
  const { port, set, follow } = await scene(t, {
    tickMs: 100,
    stallMs: 2000,
    maxBufferedBytes: 1024 * 1024,
  })
  const reader = await follow()
  const sleeper = connect(port, host)
  await once(sleeper, 'connect')
  sleeper.pause()
  sleeper.on('error', () => {})
  sleeper.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  // More than any socket buffers: each state is some megabytes.
  let round = 0
  const members = Array.from({ length: 5000 }, (_, i) =>
    memberNamed(`s${i}`, { reason: 'x'.repeat(400) }),
  )
  const changing = setInterval(() => set({ members: [...members, memberNamed(`n${round++}`)] }), 50)
  t.teardown(() => clearInterval(changing))
  const before = process.memoryUsage.rss()
  await until('the sleeper to be cut off', () => {
    // Only a write finds out, where nothing is read.
    sleeper.write('x')
    return sleeper.destroyed || sleeper.closed
  })
  t.ok(process.memoryUsage.rss() - before < 200 * 1024 * 1024, 'within bounds')
  const states = reader.frames.length
  await until('the reader to be served on', () => reader.frames.length > states + 1)
})

t.test('a client that wants deltas has the state by the first one and the deltas', async t => {
  const { followDeltas, follow, set, agent } = await scene(t)
  set({ members: [memberNamed('s1')] })
  const plain = await follow()
  const early = await followDeltas()
  set({ mode: 'held', members: [memberNamed('s1'), memberNamed('s2')] })
  await until('a delta', () => early.frames.some(({ event }) => event === 'delta'))
  const late = await followDeltas()
  set({ mode: 'following', members: [memberNamed('s2', { suspect: true })] })
  for (const { frames } of [early, late]) {
    const now = () => stateIn(frames)
    await until('the last state', () => now().mode === 'following' && now().members.length === 1)
    t.strictSame(now(), agent.state())
    t.equal(frames.filter(({ event }) => event === 'state').length, 1)
  }
  await until('the plain state', () => plain.frames.at(-1)?.data.mode === 'following')
  t.notOk(plain.frames.some(({ event }) => event === 'delta'))
})

/** The state that a client of deltas has. Fails if a delta is not one of the state that it has. */
function stateIn(frames: readonly Frame[]): AgentState {
  let has: { revision: number; state: AgentState } | undefined
  for (const { event, data } of frames as readonly { event: string; data: unknown }[]) {
    if (event === 'state') has = data as typeof has
    if (event !== 'delta' || !has) continue
    const delta = data as StateDelta
    if (delta.base !== has.revision)
      throw new Error(`a delta of ${delta.base}, not ${has.revision}`)
    has = { revision: delta.revision, state: withDelta(has.state, delta) }
  }
  if (!has) throw new Error('no state')
  return has.state
}

t.test('a client that accepts gzip has each frame at once, as the others', async t => {
  const { followCompressed, followDeltas, set, add } = await scene(t)
  const [compressed, plain] = [await followCompressed(), await followDeltas()]
  t.match(compressed.response.headers, { 'content-encoding': 'gzip', vary: 'accept-encoding' })
  for (const mode of ['held', 'frozen', 'following'] as const) {
    set({ mode })
    add(entry(mode))
    for (const { frames } of [compressed, plain])
      await until(mode, () => frames.length > 1 && stateIn(frames).mode === mode)
  }
  await until('the last entry', () => compressed.seqs().length === 3)
  t.same(compressed.seqs(), [1, 2, 3])
})

t.test('the number of clients is limited', async t => {
  const { follow } = await scene(t, { maxClients: 2 })
  const first = await follow()
  await follow()
  t.equal((await follow()).response.statusCode, 503)
  first.end()
  await until('room for one', async () => (await follow()).response.statusCode === 200)
})

t.test('a stream over TCP is without text of a configuration', async t => {
  const { add, set, follow, followDeltas } = await scene(t)
  const secret = 'hunter2-in-a-report'
  const outcome = { kind: 'rejected' as const, report: secret }
  set({ outcome })
  add({ kind: 'outcome', outcome, cause: 's1 joined', text: secret })
  add({ kind: 'error', error: `got "${secret}"`, text: `got "${secret}"` })
  const { frames } = await follow()
  await until('state and entries', () => frames.length >= 4)
  t.match(
    frames.map(({ event }) => event),
    ['hello', 'state', 'entry', 'entry'],
  )
  t.notMatch(JSON.stringify(frames), secret)
  t.match(frames[2]?.data.text, /HAProxy rejected the configuration/)
  const deltas = await followDeltas()
  await until('the first state', () => deltas.frames.some(({ event }) => event === 'state'))
  set({
    outcome: { kind: 'rejected', report: `another ${secret}` },
    fault: { at: 1, error: `got "${secret}"` },
  })
  await until('a delta', () => deltas.frames.some(({ event }) => event === 'delta'))
  t.notMatch(JSON.stringify(deltas.frames), secret)
})
