import t from 'tap'
import { VersionedMap } from 'versioned-map'
import { RoundMemory } from '../../src/rendering/round-memory.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { byName } from '../by-name.js'
import { smallestConfiguration } from './smallest-configuration.js'

const renderer = await openRenderer(smallestConfiguration())

const member = (name: string, address: string) => ({
  name,
  address,
  port: 7946,
  status: 'alive' as const,
  tags: { role: 'web' },
})

const factsOf = (members: ReadonlyMap<string, ReturnType<typeof member>>) => ({
  membership: { members, suspects: new Set<string>(), connected: true },
  servers: undefined,
  wallTime: 7,
})

t.test('a round remembers its members with the pools that took them', async t => {
  const memory = new RoundMemory()
  const members = VersionedMap.of(byName(member('s1', '10.0.0.1'), member('s2', '10.0.0.1')))
  const { decision, rendering } = memory.decide(renderer, factsOf(members), 0)
  t.equal(memory.members.members.size, 0, 'not before the decision is placed')
  memory.place(decision.memory, rendering)
  t.same(memory.members.members.get('s1')?.pools, ['web'])
  t.same(memory.members.members.get('s2')?.pools, [], 'two members have one address')
  t.same([...memory.admitted.keys()], ['s1', 's2'])
})

t.test('members that serve in a full pool stay, with the Serf agent or without it', async t => {
  const configuration = smallestConfiguration({
    frontends: [],
    pools: [{ name: 'web', role: 'web', port: 80, maxServers: 2 }],
  })
  const full = await openRenderer(configuration)
  const memory = new RoundMemory()
  const serving = [member('s5', '10.0.0.5'), member('s6', '10.0.0.6')]
  const waiting = [member('s1', '10.0.0.1'), member('s9', '10.0.0.9')]
  const round = (members: readonly ReturnType<typeof member>[], connected: boolean) => {
    const facts = factsOf(VersionedMap.of(byName(...members)))
    const membership = { ...facts.membership, connected }
    const servers = new Map(serving.map(({ name }) => [name, { health: 'up' as const }]))
    const { decision, rendering } = memory.decide(full, { ...facts, membership, servers }, 0)
    memory.place(decision.memory, rendering)
    return rendering.rendered.pools.flatMap(({ servers }) => servers.map(({ name }) => name))
  }
  t.same(round(serving, true), ['s5', 's6'])
  for (const connected of [true, true, false, false, true])
    t.same(round([...waiting, ...serving], connected), ['s5', 's6'], `connected: ${connected}`)
  const left = serving.map(each => (each.name === 's5' ? { ...each, status: 'left' } : each))
  t.same(
    round([...waiting, ...(left as typeof serving)], true),
    ['s1', 's6'],
    'one that waits gets the place of one that left',
  )
})

t.test('after some rounds a change of one member leaves all others as they are', async t => {
  const memory = new RoundMemory()
  let members = VersionedMap.of(
    byName(...Array.from({ length: 50 }, (_, i) => member(`s${i}`, `10.0.0.${i + 1}`))),
  )
  const round = (now: number) => {
    const { decision, rendering } = memory.decide(renderer, factsOf(members), now)
    memory.place(decision.memory, rendering)
    return { decision, rendering }
  }
  for (let now = 0; now < 3; now++) round(now)
  const before = { memory: memory.members.members, ...round(4) }
  members = members.with([['s51', member('s51', '10.0.1.1')]])
  const { keys } = VersionedMap.prototype
  t.teardown(() => void (VersionedMap.prototype.keys = keys))
  let visited = 0
  VersionedMap.prototype.keys = function (this: VersionedMap<unknown, object>) {
    visited += this.size
    return keys.call(this)
  }
  const after = round(5)
  t.equal(visited, 0, 'no other member is looked at')
  const isChanged = new Set(['s51'])
  t.same(before.decision.verdicts.touchedUntil(after.decision.verdicts), isChanged)
  t.same(before.decision.admitted.touchedUntil(after.decision.admitted), isChanged)
  t.same(before.rendering.placement.pools.touchedUntil(after.rendering.placement.pools), isChanged)
  t.same(VersionedMap.of(before.memory).touchedUntil(memory.members.members), isChanged)
})
