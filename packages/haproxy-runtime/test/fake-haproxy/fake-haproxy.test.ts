import { existsSync, writeFileSync } from 'node:fs'
import { haproxyPlace, type Tidy } from 'real-components'
import t from 'tap'
import { startFakeHaproxy, type FakeVersion } from '../../src/fake-haproxy/index.js'
import { createMasterClient } from '../../src/master.js'
import { createRuntimeClient } from '../../src/runtime.js'
import { setReady, setWeight } from '../../src/commands/runtime-command.js'

async function fakeHaproxy(t: Tidy) {
  const place = haproxyPlace(t)
  writeFileSync(place.configFile, 'backend nodes\n  balance roundrobin\n  server s1 10.0.0.1:80\n')
  const fake = await startFakeHaproxy(place)
  t.teardown(() => fake.close())
  const runtime = createRuntimeClient({ socket: place.runtimeSocket, timeoutMs: 10_000 })
  return { place, fake, runtime, master: createMasterClient({ socket: place.masterSocket }) }
}

t.test('both sockets answer, and every command is recorded', async t => {
  const { fake, runtime, master } = await fakeHaproxy(t)
  await runtime.drain('nodes', 's1')
  await master.processes()
  t.strictSame(fake.commands, ['set server nodes/s1 state drain', 'show proc'])
  t.match(fake.server('nodes', 's1'), { admin: 'drain' })
  t.equal(fake.server('nodes', 's9'), undefined)
})

t.test('a fake that hangs answers after resume', async t => {
  const { fake, runtime } = await fakeHaproxy(t)
  fake.hang()
  await t.rejects(runtime.info({ timeoutMs: 50 }), { code: 'timeout' })
  const info = runtime.info()
  fake.resume()
  t.match(await info, { version: '2.6.12' })
})

t.test('a crash after some replies leaves the rest unknown', async t => {
  const { fake, runtime } = await fakeHaproxy(t)
  fake.crashAfter(1)
  await t.rejects(runtime.batch([setWeight('nodes', 's1', 3), setReady('nodes', 's1')]), {
    code: 'unreachable',
  })
  t.equal(fake.server('nodes', 's1')?.weight, 3, 'the first command was carried out')
})

t.test('a restart reads the file again and answers again', async t => {
  const { place, fake, runtime } = await fakeHaproxy(t)
  const { pid } = await runtime.info()
  await runtime.setWeight('nodes', 's1', 3)
  fake.crashAfter(0)
  writeFileSync(place.configFile, 'backend nodes\n  server s1 10.0.0.1:80 weight 7\n')
  await fake.restart()
  t.not((await runtime.info()).pid, pid)
  t.match(await runtime.servers(['nodes']), [{ name: 's1', weight: 7 }])
})

t.test('after close there are no sockets', async t => {
  const { place, fake, runtime } = await fakeHaproxy(t)
  await fake.close()
  t.notOk(existsSync(place.runtimeSocket))
  t.notOk(existsSync(place.masterSocket))
  await t.rejects(runtime.info(), { code: 'unreachable' })
})

t.test('a release that the fake does not know is refused at the start', async t => {
  const place = haproxyPlace(t)
  writeFileSync(place.configFile, 'backend nodes\n')
  const version = '3.4' as FakeVersion
  await t.rejects(startFakeHaproxy({ ...place, version }), {
    message: /release "3\.4": expected one of 2\.6, 3\.0, 3\.2/,
  })
})
