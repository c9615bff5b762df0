import t, { type Test } from 'tap'
import { followAgent } from '../../src/page/live-feed.js'
import type { PageEvent } from '../../src/page/page-state.js'

/** A fake of the browser's EventSource: a test opens it, breaks it, and sends events. */
class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2
  static readonly made: FakeEventSource[] = []
  readyState = 0
  readonly url: string
  isClosed = false

  constructor(url: string) {
    super()
    this.url = url
    FakeEventSource.made.push(this)
  }

  send(kind: string, data: unknown): void {
    this.dispatchEvent(Object.assign(new Event(kind), { data: JSON.stringify(data) }))
  }

  close(): void {
    this.isClosed = true
  }

  break(readyState: number): void {
    this.readyState = readyState
    this.dispatchEvent(new Event('error'))
  }
}

/** Follows a fake stream; `tick` ends the timers that wait. */
function followed(t: Test) {
  const timers: (() => void)[] = []
  FakeEventSource.made.length = 0
  t.intercept(globalThis, 'EventSource', { value: FakeEventSource as never })
  t.intercept(globalThis, 'setTimeout', { value: ((act: () => void) => timers.push(act)) as never })
  const events: PageEvent[] = []
  followAgent(event => events.push(event))
  return { events, tick: () => timers.splice(0).forEach(act => act()), made: FakeEventSource.made }
}

t.test('events of the stream are parsed', async t => {
  const { events, made } = followed(t)
  const [source] = made
  t.equal(source?.url, '/events?deltas')
  source?.dispatchEvent(new Event('open'))
  source?.send('hello', { version: '1', controls: false })
  source?.send('state', { revision: 1, state: { mode: 'held' } })
  source?.send('entry', { seq: 1 })
  source?.send('unknown', {})
  t.same(events, [
    { kind: 'connection', data: 'live' },
    { kind: 'hello', data: { version: '1', controls: false } },
    { kind: 'state', data: { mode: 'held' } },
    { kind: 'entry', data: { seq: 1 } },
  ])
})

t.test('a delta of the known revision changes the state', async t => {
  const { events, made } = followed(t)
  const state = { mode: 'held', members: [], pools: [] }
  made[0]?.send('state', { revision: 4, state })
  made[0]?.send('delta', { base: 4, revision: 5, state: { mode: 'frozen' } })
  made[0]?.send('delta', { base: 5, revision: 6, state: { mode: 'following' } })
  t.match(
    events,
    [state, { ...state, mode: 'frozen' }, { ...state, mode: 'following' }].map(data => ({ data })),
  )
})

t.test('a delta of another revision leads to a new stream with a whole state', async t => {
  const { events, made } = followed(t)
  made[0]?.send('state', { revision: 4, state: { mode: 'held', members: [], pools: [] } })
  made[0]?.send('delta', { base: 7, revision: 8, state: { mode: 'frozen' } })
  t.equal(events.length, 1)
  t.equal(made[0]?.isClosed, true)
  t.equal(made.length, 2)
})

t.test('the browser reconnects after a broken connection', async t => {
  const { events, made, tick } = followed(t)
  made[0]?.break(0)
  tick()
  t.same(events, [{ kind: 'connection', data: 'lost' }])
  t.equal(made.length, 1)
})

t.test('a timer reconnects after an error status', async t => {
  const { events, made, tick } = followed(t)
  made[0]?.break(FakeEventSource.CLOSED)
  t.equal(made.length, 1)
  tick()
  t.equal(made.length, 2)
  made[1]?.dispatchEvent(new Event('open'))
  t.same(
    events.map(({ data }) => data),
    ['lost', 'live'],
  )
})
