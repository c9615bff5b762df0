import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import { noMemory, withAccepted, type Memory } from '../../src/decision/member-memory.js'
import {
  recordLineSchema,
  recorder,
  sha256,
  type RecordLine,
} from '../../src/recording/recording.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { factsOf, rules, serving, type Scene } from '../decision/decision-scene.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'

/** A recorder, and a round of the agent with these facts. */
async function recording() {
  const lines: RecordLine[] = []
  const record = recorder(line => lines.push(line))
  const renderer = await openRenderer(smallestConfiguration())
  const round = (memory: Memory, facts: ReturnType<typeof factsOf>, now = 0) => {
    const { admitted } = decide(memory, facts, rules, now)
    record({ memory, facts, now, rendering: renderer.render(admitted, new Map()) })
  }
  return { lines, round }
}

const alive: Scene = { serf: { s1: 'alive' }, haproxy: { s1: 'up' } }

t.test('the first line has the memory, the members and all facts', async t => {
  const { lines, round } = await recording()
  round(serving('s1'), factsOf({ serf: { s1: 'alive?' }, haproxy: { s1: 'up' } }), 42)
  t.match(lines, [
    {
      format: 1,
      at: 1_700_000_000_000,
      now: 42,
      memory: [{ name: 's1', pools: ['nodes'] }],
      connected: true,
      members: [{ name: 's1', status: 'alive', address: '10.0.0.1', port: 7946 }],
      suspects: ['s1'],
      servers: [['s1', 'up']],
      refused: [],
      sha256: /^[0-9a-f]{64}$/,
    },
  ])
  t.notHas(lines[0], { accepted: [] })
})

t.test('each line is valid after it was written as JSON', async t => {
  const { lines, round } = await recording()
  round(noMemory, factsOf({ serf: { 'evil\n"}': 'alive', __proto__x: 'failed' } }))
  for (const line of lines)
    t.strictSame(recordLineSchema.parse(JSON.parse(JSON.stringify(line))), line)
  t.equal(lines[0]?.servers, null, 'HAProxy was not asked')
})

t.test('an equal round is skipped, and only changes are repeated', async t => {
  const { lines, round } = await recording()
  const facts = factsOf(alive)
  round(noMemory, facts)
  round(noMemory, facts, 5000)
  t.equal(lines.length, 1)
  round(noMemory, { ...facts, servers: new Map([['s1', { health: 'down' }]]) })
  t.equal(lines.length, 2)
  t.notHas(lines[1], { members: [] })
  t.notHas(lines[1], { memory: [] })
  round(noMemory, factsOf(alive))
  t.match(lines[2]?.members, [{ name: 's1' }], 'another snapshot')
})

t.test('accepted removals are written when they change', async t => {
  const { lines, round } = await recording()
  const facts = factsOf(alive)
  const accepted = withAccepted(serving('s1', 's2'), ['s2'])
  for (const memory of [serving('s1', 's2'), accepted, accepted, serving('s1', 's2')])
    round(memory, facts)
  t.same(
    lines.map(line => line.accepted),
    [undefined, ['s2'], []],
  )
})

t.test('without a reader nothing is recorded', async t => {
  t.doesNotThrow(() => recorder(undefined)({} as never))
})

t.test('a line of another format, or with another field, is invalid', async t => {
  const { lines, round } = await recording()
  round(noMemory, factsOf(alive))
  for (const more of [{ format: 2 }, { extra: 1 }, { servers: [['s1', 'maint']] }, { at: '0' }])
    t.equal(recordLineSchema.safeParse({ ...lines[0], ...more }).success, false)
})

t.test('the checksum is the SHA-256 of the text in UTF-8', async t => {
  t.equal(sha256(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  t.not(sha256('ä'), sha256('a'))
})
