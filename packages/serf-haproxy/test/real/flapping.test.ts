import { setTimeout as wait } from 'node:timers/promises'
import { until } from 'real-components'
import t from 'tap'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'
import { isSoak } from './undisturbed.js'

t.test(
  'a member that flaps at 5 Hz is damped, and the other members keep their traffic',
  { skip },
  async t => {
    const { file, servers } = await startPlace(t)
    const { agent, tell } = runAgent(t, file)
    const rest = [fakeMember(2), fakeMember(3), fakeMember(4)]
    tell([fakeMember(1), ...rest])
    await until('four servers', async () => (await servers()).length === 4)
    const standing = () => agent.state().members.find(({ name }) => name === 's1')?.standing
    let flips = 0
    // On a busy machine the agent takes several flips for one.
    for (; flips < (isSoak ? 300 : 20) || (standing() !== 'damped' && flips < 600); flips++) {
      tell([{ ...fakeMember(1), suspect: flips % 2 === 0 }, ...rest])
      await wait(100)
    }
    tell([fakeMember(1), ...rest])
    await until('s1 to be damped', () => standing() === 'damped')
    const { plans, reloads, damped } = agent.state().counters
    t.ok(plans.runtime <= flips, `${plans.runtime} changes at run time in ${flips} flips`)
    t.same([reloads, damped], [0, 1])
    t.same(
      (await servers()).filter(({ weight }) => weight > 0).map(({ name }) => name),
      ['s2', 's3', 's4'],
    )
  },
)
