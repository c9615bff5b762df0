import * as fc from 'fast-check'
import { join } from 'node:path'
import t from 'tap'
import { decide, type Decision } from '../../src/decision/decide.js'
import { noMemory, withAccepted, type Memory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import { renderDecision } from '../../src/rendering/render-decision.js'
import { recorder } from '../../src/recording/recording.js'
import { replay } from '../../src/recording/replay.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { factsOf, type Health, type Scene, type Status } from '../decision/decision-scene.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'

const names = ['s1', 's2', 's3']
const configuration = smallestConfiguration({ pools: [{ name: 'web', port: 80 }] })

interface Round extends Scene {
  readonly passedMs?: number
  /** True if all held removals are accepted before the round. */
  readonly accepts?: boolean
  /** Members that an operator drains. */
  readonly drained?: readonly string[]
}

/** Facts with an address for each member. */
function addressed(scene: Scene) {
  const facts = factsOf(scene)
  const members = [...facts.membership.members].map(
    ([name, member], i) => [name, { ...member, address: `10.0.0.${i}` }] as const,
  )
  return { ...facts, membership: { ...facts.membership, members: new Map(members) } }
}

/** Plays rounds as the agent does, and returns the lines of the recording. */
async function recorded(rounds: readonly Round[]): Promise<string[]> {
  const renderer = await openRenderer(configuration)
  const lines: string[] = []
  const record = recorder(line => lines.push(JSON.stringify(line)))
  let memory: Memory = noMemory
  let held: readonly string[] = []
  let before: Decision | undefined
  let now = 0
  for (const { passedMs = 100, accepts, drained = [], ...scene } of rounds) {
    now += passedMs
    if (accepts) memory = withAccepted(memory, held)
    const drains = new Map(drained.map(member => [member, { member, since: 1 }]))
    const facts = { ...addressed(scene), drained: drains }
    const decided = decide(memory, facts, renderer.rules, now, before)
    const { decision, rendering } = renderDecision(renderer, decided, memory, facts)
    before = decision
    record({ memory, facts, now, rendering })
    memory = withPools(decision.memory, rendering.rendered.pools)
    held = decision.held?.names ?? []
  }
  return lines
}

async function replayed(lines: readonly string[], more: object = {}) {
  return [...replay(lines, await openRenderer({ ...configuration, ...more }))]
}

const alive = { s1: 'alive', s2: 'alive', s3: 'alive' } as const
const up = { s1: 'up', s2: 'up', s3: 'up' } as const

t.test('each change is a generation, with the line that it comes from', async t => {
  const lines = await recorded([
    { serf: { s1: 'alive' } },
    { serf: alive },
    { serf: alive, haproxy: up },
    { serf: { ...alive, s3: 'left' }, haproxy: up },
  ])
  const generations = await replayed(lines)
  t.same(
    generations.map(({ number, line, servers, isSame }) => [number, line, servers, isSame]),
    [
      [1, 1, 1, true],
      [2, 2, 3, true],
      [3, 4, 2, true],
    ],
  )
  t.match(generations[0]?.text, /server s1 10\.0\.0\.0:80/)
})

t.test('an accepted removal is repeated', async t => {
  const dead = {
    serf: { s1: 'alive', s2: 'failed', s3: 'failed' },
    haproxy: { s1: 'up', s2: 'down', s3: 'down' },
  } as const
  const lines = await recorded([{ serf: alive }, dead, { ...dead, accepts: true }])
  const generations = await replayed(lines)
  t.same(
    generations.map(({ servers, isSame }) => [servers, isSame]),
    [
      [3, true],
      [1, true],
    ],
  )
})

t.test('a drain by an operator is repeated, and its end', async t => {
  const scene = { serf: alive, haproxy: up }
  const found = await replayed(
    await recorded([scene, { ...scene, drained: ['s2'] }, { ...scene, drained: ['s2'] }, scene]),
  )
  t.ok(found.every(({ isSame }) => isSame))
  t.same(
    found.map(({ text }) => /server s2 .* weight (\d+)/.exec(text)?.[1]),
    ['100', '0', '100'],
  )
})

t.test('another configuration gives a difference', async t => {
  const lines = await recorded([{ serf: alive }])
  t.match(await replayed(lines, { pools: [{ ...configuration.pools[0], port: 81 }] }), [
    { isSame: false, text: /10\.0\.0\.0:81/ },
  ])
})

t.test('a file next to the configuration is part of a generation', async t => {
  const folder = t.testdir({ 'n.hbs': '{{#each pools.[0].servers}}\n{{name}} x\n{{/each}}\n' })
  const file = '/x/n.map'
  const outputs = [{ template: join(folder, 'n.hbs'), file, use: 'map' }]
  const lines = await recorded([{ serf: { s1: 'alive' } }])
  t.match(await replayed(lines, { outputs }), [
    { isSame: false, files: [{ path: file, text: 's1 x\n' }] },
  ])
})

t.test('empty lines are skipped, and count', async t => {
  const lines = await recorded([{ serf: alive }])
  t.match(await replayed(['', '  ', ...lines]), [{ number: 1, line: 3 }])
  t.same(await replayed([]), [])
})

t.test('an invalid line is an error with its number', async t => {
  const [line = ''] = await recorded([{ serf: alive }])
  for (const text of ['{', '[]', '{"format":1}', line.replace('"format":1', '"format":2')])
    await t.rejects(
      replayed([line, text]),
      { code: 'recording', message: /^Line 2 of the recording is invalid: expected a line of/ },
      text.slice(0, 20),
    )
  await t.rejects(replayed(['x'.repeat(9999)]), { message: /^.{0,200}$/ })
})

t.test('members with lines that HAProxy rejected are left out again', async t => {
  const [line = ''] = await recorded([{ serf: alive }])
  const rejecting = line.replace('"refused":[]', '"refused":["s2"]')
  t.match(await replayed([rejecting]), [{ servers: 2 }])
})

const status = fc.constantFrom<Status | 'alive?' | 'absent'>(
  'alive',
  'alive?',
  'leaving',
  'left',
  'failed',
  'absent',
)
const health = fc.constantFrom<Health | 'absent'>('up', 'down', 'absent')
const round = fc.record({
  members: fc.array(fc.tuple(status, health), { minLength: 3, maxLength: 3 }),
  connected: fc.boolean(),
  isAsked: fc.boolean(),
  accepts: fc.boolean(),
  passedMs: fc.nat(90_000),
})

function roundOf({
  members,
  isAsked,
  ...more
}: {
  members: readonly (readonly [string, string])[]
  isAsked: boolean
  connected: boolean
  accepts: boolean
  passedMs: number
}): Round {
  const entries = (at: 0 | 1) =>
    members.flatMap((each, i) => (each[at] === 'absent' ? [] : [[names[i] ?? '', each[at]]]))
  const haproxy = Object.fromEntries(entries(1)) as Record<string, Health>
  const serf = Object.fromEntries(entries(0)) as Record<string, Status>
  return { ...more, serf, ...(isAsked && { haproxy }) }
}

t.test('with the same configuration every generation of any history is the same', async t => {
  const property = fc.asyncProperty(fc.array(round, { maxLength: 20 }), async rounds => {
    const generations = await replayed(await recorded(rounds.map(roundOf)))
    return generations.every(({ isSame }) => isSame)
  })
  await fc.assert(property, { numRuns: 60 })
  t.pass('60 histories')
})
