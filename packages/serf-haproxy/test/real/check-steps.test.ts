import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { haproxyReleases, until } from 'real-components'
import t, { type Test } from 'tap'
import { runAgent, skip, startPlace } from './agent-place.js'
import type { FakeMember } from './fake-membership.js'
import { startTraffic } from './traffic.js'

for (const { version, program } of skip ? [] : haproxyReleases()) {
  t.test(
    `with HAProxy ${version} the checks of a pool follow its size, with one reload a step and no lost request`,
    async t => {
      const { file, configFile, servers, configuration } = await startPlace(t, { program })
      const yaml = readFileSync(file, 'utf8')
      writeFileSync(file, yaml.replace('role: backend', '$&, maxChecksPerSecond: 6'))
      const { agent, tell } = runAgent(t, file)
      const members = await Promise.all([1, 2, 3, 4].map(i => webMember(t, i)))
      const intervals = () =>
        new Set(readFileSync(configFile, 'utf8').match(/(?<= check inter )\w+/g))
      const bringTo = async (count: number, interval: string, reloads: number) => {
        tell(members.map((one, i) => (i < count ? one : { ...one, status: 'left' })))
        await until(
          `${count} servers, checked each ${interval}, after ${reloads} reloads`,
          async () => {
            const found = await servers()
            const isUp = found.every(({ health }) => health === 'up')
            const [only, ...others] = intervals()
            const isSettled = agent.state().counters.reloads === reloads && others.length === 0
            return isUp && found.length === count && only === interval && isSettled
          },
        )
      }
      await bringTo(3, '500ms', 0)
      const [bind] = configuration.frontends.map(frontend => frontend.bind)
      const traffic = startTraffic(`http://${bind?.address}:${bind?.port}/`)
      await bringTo(4, '1000ms', 1)
      for (const count of [3, 4, 2, 4]) await bringTo(count, '1000ms', 1)
      await bringTo(1, '500ms', 2)
      const { requests, failures } = await traffic.stop()
      t.strictSame(failures, [], `${requests} requests`)
    },
  )
}

/** A member with a web application. */
async function webMember(t: Test, i: number): Promise<FakeMember> {
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1')
  t.teardown(() => server.close().closeAllConnections())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { name: `s${i}`, status: 'alive', tags: { port: String(port) } }
}
