import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from 'real-components'
import t, { type Test } from 'tap'
import { healthOf } from '../../src/reporting/health.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'

/** Runs an agent for two changes, and returns its place; `state` is its folder. */
async function placeWithState(t: Test) {
  const place = await startPlace(t, { more: 'stateFolder: state' })
  const count = async () => (await place.servers()).length
  const first = runAgent(t, place.file)
  for (const members of [[1], [1, 2]]) {
    first.tell(members.map(i => fakeMember(i)))
    await until(`${members.length} servers`, async () => (await count()) === members.length)
  }
  return { ...place, count, first, state: join(place.folder, 'state') }
}

t.test(
  'a copy of the state folder, made while the agent runs, brings its freeze and its generations back',
  { skip },
  async t => {
    const { file, folder, state, first } = await placeWithState(t)
    await first.agent.freeze('maintenance')
    const generations = await first.agent.generations()
    const backup = join(folder, 'backup')
    cpSync(state, backup, { recursive: true })
    await first.stop()
    rmSync(state, { recursive: true })
    cpSync(backup, state, { recursive: true })
    const second = runAgent(t, file)
    await until('the freeze', () => second.agent.state().mode === 'frozen')
    t.match(second.agent.state().frozen, { reason: 'maintenance' })
    const found = await until('the generations', async () => {
      const listed = await second.agent.generations().catch(() => [])
      return listed.length >= generations.length && listed
    })
    t.strictSame(found.slice(0, generations.length), generations)
  },
)

t.test(
  'the state of a newer version freezes an older agent, and stays for the newer one',
  { skip },
  async t => {
    const { file, state, first, count } = await placeWithState(t)
    await first.stop()
    const [memoryFile, folder] = [join(state, 'memory.json'), join(state, 'generations')]
    const newest = readdirSync(folder).toSorted().at(-1) ?? ''
    const memory = readFileSync(memoryFile, 'utf8').replace('"version":1', '"version":2,"more":[]')
    const generation = readFileSync(join(folder, newest), 'utf8').replace(
      '"format":2',
      '"format":4',
    )
    writeFileSync(memoryFile, memory)
    writeFileSync(join(folder, newest), generation)

    const older = runAgent(t, file)
    older.tell([1, 2, 3].map(i => fakeMember(i)))
    await until('a decision', () => older.agent.state().members.some(({ name }) => name === 's3'))
    t.equal(await count(), 2, 'HAProxy keeps what it has')
    const reasons = await until('both reasons', () => {
      const text = healthOf(older.agent.state()).reasons.join('\n')
      return text.includes('format') && text
    })
    t.match(reasons, /frozen: .*a newer version of serf-haproxy wrote it: .*thaw/)
    t.match(reasons, /was written by a newer version, which can read it: .*; remove the file/)
    await older.agent.thaw()
    await until('the third server', async () => (await count()) === 3)
    await older.stop()

    const kept = readdirSync(state).find(name => name.startsWith('memory.json.unreadable-')) ?? ''
    t.equal(readFileSync(join(state, kept), 'utf8'), memory)
    t.equal(readFileSync(join(folder, newest), 'utf8'), generation)
    t.ok(
      (readdirSync(folder).toSorted().at(-1) ?? '') > newest,
      'newer generations have new numbers',
    )
  },
)
