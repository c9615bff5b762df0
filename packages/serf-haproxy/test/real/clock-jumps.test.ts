import { until } from 'real-components'
import t from 'tap'
import type { Clock } from '../../src/clock.js'
import { listeningPort, runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember, type FakeMember } from './fake-membership.js'

t.test(
  'a wall clock that jumps changes nothing: no grace period ends or starts again',
  { skip },
  async t => {
    const { file, servers } = await startPlace(t, { more: 'failedGraceMs: 600000' })
    const serving = [await listeningPort(t), await listeningPort(t), await listeningPort(t)]
    const all = (first: FakeMember['status']) =>
      serving.map((port, i) => ({
        ...fakeMember(i + 1, i === 0 ? first : 'alive'),
        tags: { port: String(port) },
      }))
    let jump = 0
    const clock: Clock = { now: () => performance.now(), wallTime: () => Date.now() + jump }
    const { agent, tell } = runAgent(t, file, { clock })
    tell(all('alive'))
    await until('all to be healthy', async () => {
      const found = await servers()
      return found.length === 3 && found.every(({ health }) => health === 'up')
    })
    const lost = all('failed')
    const standings = () => agent.state().members.map(({ standing }) => standing)
    tell(lost)
    const wanted = ['kept-by-health', 'serving', 'serving']
    await until('one to be kept', () => standings().join() === wanted.join())
    const before = agent.state().counters.rounds
    for (const days of [365, -365, 0]) {
      jump = days * 86_400_000
      tell(lost)
      const { rounds } = agent.state().counters
      await until('another round', () => agent.state().counters.rounds > rounds)
      t.same(standings(), wanted)
    }
    t.ok(agent.state().counters.rounds > before)
    t.equal(agent.state().counters.errors, 0)
  },
)
