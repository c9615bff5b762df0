import { writeFileSync } from 'node:fs'
import { haproxyPlace } from 'real-components'
import t from 'tap'
import { startFakeHaproxy } from '../src/fake-haproxy/index.js'
import { createRuntimeClient } from '../src/runtime.js'

t.test('the commands for a few servers do not grow with their pool', async t => {
  const asked: number[] = []
  for (const size of [100, 1000]) {
    const place = haproxyPlace(t)
    const lines = Array.from({ length: size }, (_, i) => `  server s${i} 10.0.0.1:80\n`)
    writeFileSync(place.configFile, `backend nodes\n${lines.join('')}`)
    const fake = await startFakeHaproxy(place)
    t.teardown(() => fake.close())
    const runtime = createRuntimeClient({ socket: place.runtimeSocket })
    const known = (await runtime.servers(['nodes'])).slice(-2)
    const before = fake.commands.length
    t.strictSame(await runtime.namedServers(known), known)
    t.match(await runtime.statistics({ servers: known }), [{ sessions: 0 }, { sessions: 0 }])
    const commands = fake.commands.slice(before)
    t.notOk(commands.some(text => text.startsWith('show servers state')))
    asked.push(commands.length)
  }
  t.equal(asked[0], asked[1])
})

/** Returns a pool of 100 servers with numbers from `first` on. */
function text(first: number): string {
  const lines = Array.from({ length: 100 }, (_, i) => `  server s${first + i} 10.0.0.1:80\n`)
  return `backend nodes\n${lines.join('')}`
}

t.test('after a reload that renumbers the servers their pool is read', async t => {
  const place = haproxyPlace(t)
  writeFileSync(place.configFile, text(0))
  const fake = await startFakeHaproxy(place)
  t.teardown(() => fake.close())
  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
  const known = (await runtime.servers(['nodes'])).slice(50, 51)
  writeFileSync(place.configFile, text(7))
  await fake.restart()
  t.strictSame(await runtime.namedServers(known), known)
  t.ok(fake.commands.filter(command => command === 'show servers state nodes').length === 2)
})

t.test('no servers need no command', async t => {
  const runtime = createRuntimeClient({ socket: '/nonexistent/haproxy.sock' })
  t.strictSame(await runtime.namedServers([]), [])
  t.strictSame(await runtime.statistics({ servers: [] }), [])
})
