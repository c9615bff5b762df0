import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { EventClient, stillHere } from '../../src/http/event-client.js'
import { StateFollowers } from '../../src/http/state-followers.js'
import { stateWith } from '../sample-state.js'

const settings = { maxBufferedBytes: 1_000_000, stallMs: 1000, lastSeq: 0, isCompressed: false }

/** The answer to a client, which reads or not. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = []
  reads = true
  writeHead(): void {}
  write(text: string): boolean {
    this.written.push(text)
    return this.reads
  }
  read(): void {
    this.reads = true
    this.emit('drain')
  }
  /** The kinds of the frames so far, each with its numbers. */
  get frames(): string[] {
    return this.written.map(text => {
      const [, event, data = ''] = /^event: (\w+)\ndata: (.*)\n/.exec(text) ?? []
      const { base = '', revision = '' } = data === '' ? {} : JSON.parse(data)
      return event === undefined ? text : `${event} ${base}-${revision}`
    })
  }
}

function follow(followers: StateFollowers, wantsDeltas = true, state = stateWith()) {
  const response = new FakeResponse()
  const client = new EventClient(response as unknown as ServerResponse, settings)
  followers.add(client, wantsDeltas, () => state, 0)
  return { response, client }
}

t.test('each change is one delta, and an equal state is none', async t => {
  const followers = new StateFollowers()
  const { response } = follow(followers)
  followers.send(stateWith(), 1)
  followers.send(stateWith({ mode: 'held' }), 2)
  followers.send(stateWith({ mode: 'held' }), 3)
  followers.send(stateWith(), 4)
  t.strictSame(response.frames, [
    'state -1',
    stillHere.text,
    'delta 1-2',
    stillHere.text,
    'delta 2-3',
  ])
})

t.test('a client that missed a delta gets the whole state', async t => {
  const followers = new StateFollowers()
  const [fast, slow] = [follow(followers), follow(followers)]
  slow.response.reads = false
  followers.send(stateWith({ mode: 'held' }), 1)
  followers.send(stateWith(), 2)
  slow.response.read()
  followers.send(stateWith(), 3)
  followers.send(stateWith({ mode: 'frozen' }), 4)
  t.strictSame(fast.response.frames.slice(1), [
    'delta 1-2',
    'delta 2-3',
    stillHere.text,
    'delta 3-4',
  ])
  t.strictSame(slow.response.frames.slice(1), ['delta 1-2', 'state -3', 'delta 3-4'])
})

t.test('a client without deltas gets plain states', async t => {
  const followers = new StateFollowers()
  const { response } = follow(followers, false)
  followers.send(stateWith(), 1)
  followers.send(stateWith({ mode: 'held' }), 2)
  t.strictSame(response.frames, ['state -', stillHere.text, 'state -'])
  t.match(response.written.at(-1), /"mode":"held"/)
})

t.test('revisions go on after the last client left, from the present state', async t => {
  const followers = new StateFollowers()
  const first = follow(followers)
  followers.delete(first.client)
  t.equal(followers.size, 0)
  const { response } = follow(followers, true, stateWith({ mode: 'frozen' }))
  t.strictSame(response.frames, ['state -2'])
  t.match(response.written[0], /"mode":"frozen"/)
})
