// On the fake HAProxy and on every installed release.
import { writeFileSync } from 'node:fs'
import { haproxyHead, haproxyPlace, haproxyReleases, startHaproxy, until } from 'real-components'
import t from 'tap'
import { startFakeHaproxy } from '../../src/fake-haproxy/index.js'
import { command, createRuntimeClient } from '../../src/index.js'

const subjects = [
  ...haproxyReleases().map(({ version, program }) => ({ name: `HAProxy ${version}`, program })),
  { name: 'the fake 2.6', fake: '2.6' as const },
  { name: 'the fake 3.0', fake: '3.0' as const },
]

const large = Array.from({ length: 100 }, (_, i) => `  server s${i} 127.0.0.1:9 weight ${i + 1}\n`)

for (const subject of subjects) {
  t.test(`${subject.name}: a few servers are read as all servers are`, async t => {
    const place = haproxyPlace(t)
    const head = haproxyHead(place)
    const pools = `backend large\n${large.join('')}backend small\n  server x 127.0.0.1:9\n`
    writeFileSync(place.configFile, `${head}${pools}`)
    if ('fake' in subject) {
      const fake = await startFakeHaproxy({ ...place, version: subject.fake })
      t.teardown(() => fake.close())
    } else await startHaproxy(t, place, undefined, subject.program)
    const client = createRuntimeClient({ socket: place.runtimeSocket })
    const other = createRuntimeClient({ socket: place.runtimeSocket })
    const whole = async (...names: string[]) =>
      (await other.servers(['large'])).filter(({ name }) => names.includes(name))
    const isSame = async (...names: string[]) => {
      const now = await whole(...names)
      t.equal(now.length, names.length)
      t.strictSame(await client.namedServers(now), now)
      const again = await client.statistics({ servers: now })
      t.strictSame(again.map(({ name }) => name).toSorted(), names.toSorted())
    }
    const before = await client.servers(['large', 'small'])
    await isSame('s1', 's99')

    await client.removeServer('large', 's5')
    const added = { address: '::1', port: 9, options: 'weight 7 check inter 1m' }
    await client.addServer('large', { name: 'n1', ...added })
    const agent = 'weight 7 agent-check agent-port 9 agent-inter 1m'
    await client.addServer('large', { name: 'n2', ...added, options: agent, awaitCheck: true })
    await client.addServer('large', { name: 'n3', ...added, awaitCheck: true })
    await client.drain('large', 's7')
    await client.maintenance('large', 's8')
    await client.setWeight('large', 's9', 0)
    await isSame('n1', 'n3')
    await isSame('s7', 's8')
    await isSame('s9', 'n2')

    const s5 = before.filter(({ name }) => name === 's5')
    t.strictSame(await client.namedServers(s5), [], 'a server that was removed')
    t.strictSame(await client.statistics({ servers: s5 }), [])
    await other.removeServer('large', 's7')
    await other.addServer('large', { name: 'by-hand', ...added })
    t.strictSame(await client.namedServers(before.filter(({ name }) => name === 's7')), [])
    await isSame('by-hand', 's8')
    const x = await other.servers(['small'])
    t.strictSame(await client.namedServers([...x, ...(await whole('s1'))]), [
      ...x,
      ...(await whole('s1')),
    ])
  })
}

for (const { version, program } of haproxyReleases())
  t.test(`HAProxy ${version}: the results of checks are read for one server`, async t => {
    const place = haproxyPlace(t)
    const pool = `backend large\n${large.join('')}`
    writeFileSync(place.configFile, `${haproxyHead(place)}${pool}`)
    await startHaproxy(t, place, undefined, program)
    const client = createRuntimeClient({ socket: place.runtimeSocket })
    const known = await client.servers(['large'])
    const [address, port] = ['127.0.0.1', 9]
    await client.batch(
      command
        .addServers([
          { pool: 'large', server: { name: 'n', address, port, options: 'check inter 50ms' } },
        ])
        .map(each => each.command),
    )
    const [like] = known
    if (!like) return
    const server = await until('a failed check', async () => {
      const [now] = await client.namedServers([{ ...like, name: 'n' }])
      return now?.health === 'down' && now
    })
    const { checked, passedChecks, lastCheck } = server
    t.strictSame(
      { checked, passedChecks, lastCheck },
      { checked: true, passedChecks: 0, lastCheck: 'failed' },
    )
  })
