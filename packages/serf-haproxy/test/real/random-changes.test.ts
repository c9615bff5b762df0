import { fork, type ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endProcess, haproxyReleases, randomNumbers, until } from 'real-components'
import t from 'tap'
import { skip, startPlace } from './agent-place.js'
import { fakeMember, type FakeMember } from './fake-membership.js'
import { isSoak } from './undisturbed.js'

const changes = isSoak ? 1000 : 100

for (const { version, program } of skip ? [] : haproxyReleases()) {
  t.test(
    `${changes} random changes, the agent killed at random: HAProxy ${version} ends with the members of Serf, without a reload`,
    async t => {
      const { file, runtime, servers } = await startPlace(t, {
        program,
        more: 'guard: { maxLostShare: 1, minServers: 0 }\ndamping: { flaps: 1000000 }',
      })
      const { pid } = await runtime.info()
      const script = fileURLToPath(new URL('./agent-process.js', import.meta.url))
      const seed = Math.floor(Math.random() * 2 ** 31)
      const random = randomNumbers(seed)
      let child: ChildProcess | undefined
      let kills = 0
      t.teardown(() => child && endProcess(child))
      let members: FakeMember[] = [fakeMember(0), fakeMember(1)]
      const begin = async () => {
        const next = fork(script, [file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
        child = next
        await new Promise(resolve => next.once('message', resolve))
        next.send(members)
      }
      await begin()
      for (let i = 0; i < changes; i++) {
        const which = Math.floor(random() * 12)
        const isThere = members.some(
          ({ name, status }) => name === `s${which}` && status === 'alive',
        )
        const gone = random() < 0.5 ? ('left' as const) : ('failed' as const)
        const changed = isThere ? fakeMember(which, gone) : fakeMember(which)
        const tags = { ...changed.tags, weight: String(1 + Math.floor(random() * 200)) }
        members = [...members.filter(({ name }) => name !== changed.name), { ...changed, tags }]
        child?.send(members)
        if (random() < 0.2) await wait(random() * 20)
        if (random() < (isSoak ? 0.02 : 0.05) && child) {
          await endProcess(child, 'SIGKILL')
          kills++
          await begin()
        }
      }
      // Nothing listens on the ports: HAProxy finds every server down, and failed members are removed at once.
      const wanted = members
        .filter(({ status }) => status === 'alive')
        .map(({ name, tags }) => `${name} ${tags?.['weight']}`)
      await until(`the members, seed ${seed}`, async () => {
        const found = (await servers()).map(({ name, weight }) => `${name} ${weight}`)
        return found.toSorted().join() === wanted.toSorted().join()
      })
      t.pass(`${changes} changes, ${kills} kills, seed ${seed}`)
      t.equal((await runtime.info()).pid, pid, 'the worker is the same: nothing was reloaded')
    },
  )
}
