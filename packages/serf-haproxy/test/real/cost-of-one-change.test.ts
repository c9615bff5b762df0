import t, { type Test } from 'tap'
import { haproxyReleases } from 'real-components'
import { skip } from './agent-place.js'
import { startCountedAgent, type CountedWork } from './counted-agent.js'

const few = 30
const many = 3000
const changes = 5
const greatestRatio = 1.5
/** A list of all servers may be copied as a list of pointers: that is no work for each server. */
const allocatedPerMember = 64
/**
 * Single servers of a large pool are read by `show stat`, whose header has some 3 kB each time;
 * all servers of the pool would be 235 kB.
 */
const headerBytes = 16 * 1024

for (const { version, program } of haproxyReleases())
  t.test(
    `HAProxy ${version}: one change costs as much with ${many} members as with ${few}`,
    { skip },
    async t => {
      const small = await workOfChanges(t, program, few)
      const large = await workOfChanges(t, program, many)
      for (const kind of ['join', 'leave'] as const) {
        const [before, after] = [small[kind], large[kind]]
        t.comment(`${kind}: ${JSON.stringify(before)}, then ${JSON.stringify(after)}`)
        const most = (field: keyof CountedWork) => greatestRatio * before[field]
        t.ok(after.calls <= before.calls, `${kind}: ${after.calls} calls to Serf`)
        t.ok(
          after.bytes <= most('bytes') + headerBytes,
          `${kind}: ${after.bytes} bytes read and written`,
        )
        t.ok(
          after.allocated <= most('allocated') + many * allocatedPerMember,
          `${kind}: ${after.allocated} bytes allocated`,
        )
      }
    },
  )

/** Counts several joins and leaves, and returns the least of each: periodic work is not in all of them. */
async function workOfChanges(t: Test, program: string, size: number) {
  const agent = await startCountedAgent(t, program, size)
  const joins: CountedWork[] = []
  const leaves: CountedWork[] = []
  for (let i = 0; i < changes; i++) {
    joins.push(await agent.join(`joiner${i}`))
    leaves.push(await agent.leave(`joiner${i}`))
  }
  return { join: leastOf(joins), leave: leastOf(leaves) }
}

function leastOf(all: readonly CountedWork[]): CountedWork {
  const least = (field: keyof CountedWork) => Math.min(...all.map(work => work[field]))
  return { bytes: least('bytes'), allocated: least('allocated'), calls: least('calls') }
}
