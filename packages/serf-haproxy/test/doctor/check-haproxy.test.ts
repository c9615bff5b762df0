import { chmodSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createMasterClient } from 'haproxy-runtime'
import { startFakeHaproxy, type FakeHaproxyOptions } from 'haproxy-runtime/fake-haproxy'
import {
  haproxyHead,
  haproxyPlace,
  missingProgram,
  startHaproxy,
  temporaryFolder,
} from 'real-components'
import t, { type Test } from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { checkHaproxy } from '../../src/doctor/check-haproxy.js'
import { writeConfiguration } from '../run-command.js'

const { signal } = new AbortController()

/** A fake HAProxy, and a fake program that prints `version`. */
async function faked(t: Test, version: string, options: Partial<FakeHaproxyOptions> = {}) {
  const folder = temporaryFolder(t)
  const binary = join(folder, 'haproxy')
  writeFileSync(binary, `#!/bin/sh\necho '${version}'\n`)
  chmodSync(binary, 0o755)
  const configFile = join(folder, 'haproxy.cfg')
  writeFileSync(configFile, 'backend nodes\n')
  const sockets = {
    runtimeSocket: join(folder, 'runtime.sock'),
    masterSocket: join(folder, 'master.sock'),
  }
  const haproxy = await startFakeHaproxy({ ...sockets, configFile, ...options })
  t.teardown(() => haproxy.close())
  const loaded = loadConfiguration(await writeConfiguration(folder))
  return {
    haproxy,
    folder,
    sockets,
    configuration: { ...loaded, haproxy: { ...loaded.haproxy, binary } },
  }
}

/** Opens a second stats socket of a HAProxy, with `level operator`. */
async function operatorSocket(t: Test, path: string, admin: string): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, socket => {
    const haproxy = connect(admin)
    socket.on('error', () => haproxy.destroy()).pipe(haproxy)
    haproxy
      .setEncoding('utf8')
      .on('error', () => socket.destroy())
      .on('data', (reply: string) => socket.write(reply.replace('admin\n', 'operator\n')))
      .on('end', () => socket.end())
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  t.teardown(() => server.close())
}

t.test('the program must be 2.6 or later', async t => {
  for (const [version, level] of [
    ['HAProxy version 2.5.14-1', 'fail'],
    ['HA-Proxy version 1.8.30', 'fail'],
    ['HAProxy version 2.6.0', 'ok'],
    ['HAProxy version 3.0.11-abc 2025/01/01', 'ok'],
  ] as const) {
    const { configuration } = await faked(t, version)
    const [program] = await checkHaproxy(configuration, signal)
    t.match(program, { check: 'HAProxy', level }, version)
    if (level === 'fail') t.match(program?.text, /expected version 2\.6 or later, got \d/)
  }
})

t.test('a program that cannot run, or prints no version, fails', async t => {
  const { configuration } = await faked(t, 'something else')
  const [silent] = await checkHaproxy(configuration, signal)
  t.match(silent, { level: 'fail', text: /cannot run .*: it prints no version/ })
  const haproxy = { ...configuration.haproxy, binary: '/no/such/haproxy' }
  const [missing] = await checkHaproxy({ ...configuration, haproxy }, signal)
  t.match(missing, { level: 'fail', text: /^cannot run \/no\/such\/haproxy: .*ENOENT/ })
})

t.test('another version of the running worker is a warning', async t => {
  const { configuration } = await faked(t, 'HAProxy version 3.0.0')
  const findings = await checkHaproxy(configuration, signal)
  t.match(findings.at(-1), {
    level: 'warn',
    text: 'the running worker is 2.6.12, but 3.0.0 validates configurations',
  })
})

t.test('a runtime socket without level admin fails', async t => {
  const { configuration, folder, sockets } = await faked(t, 'HAProxy version 2.6.12')
  const runtimeSocket = join(folder, 'operator.sock')
  await operatorSocket(t, runtimeSocket, sockets.runtimeSocket)
  const haproxy = { ...configuration.haproxy, runtimeSocket }
  const findings = await checkHaproxy({ ...configuration, haproxy }, signal)
  t.match(
    findings.find(({ check }) => check === 'runtime socket'),
    { level: 'fail', text: /: expected level admin, got /, remedy: /`level admin`/ },
  )
})

t.test('the master reports its reloads, and failed ones are a warning', async t => {
  const { configuration, sockets } = await faked(t, 'HAProxy version 3.0.11', {
    version: '3.0',
    refuse: () => 'unknown keyword',
  })
  const master = async () => {
    const findings = await checkHaproxy(configuration, signal)
    return findings.find(({ check }) => check === 'master socket')
  }
  t.match(await master(), { level: 'ok', text: /0 reloads so far$/ })
  await createMasterClient({ socket: sockets.masterSocket })
    .reload()
    .catch(() => {})
  t.match(await master(), { level: 'warn', text: 'the last reload failed' })
})

t.test('unreachable sockets fail, and the remedy names their setting', async t => {
  const { configuration, haproxy } = await faked(t, 'HAProxy version 2.6.12')
  await haproxy.close()
  const findings = await checkHaproxy(configuration, signal)
  t.match(findings.slice(1), [
    { check: 'runtime socket', level: 'fail', remedy: /`haproxy\.runtimeSocket`/ },
    { check: 'master socket', level: 'fail', remedy: /`haproxy\.masterSocket`/ },
  ])
})

t.test('without a master socket in the configuration none is checked', async t => {
  const { configuration } = await faked(t, 'HAProxy version 2.6.12')
  const { masterSocket: _, ...haproxy } = configuration.haproxy
  const findings = await checkHaproxy({ ...configuration, haproxy }, signal)
  t.notOk(findings.some(({ check }) => check === 'master socket'))
})

t.test('a real HAProxy is ok', { skip: missingProgram('haproxy') }, async t => {
  const place = haproxyPlace(t)
  await startHaproxy(t, place, `${haproxyHead(place)}backend nodes\n`)
  const configuration = loadConfiguration(await writeConfiguration(place.folder))
  t.match(await checkHaproxy(configuration, signal), [
    { check: 'HAProxy', level: 'ok' },
    { check: 'runtime socket', level: 'ok', text: /^worker \d+ answers on .*, up for \d+ s$/ },
    { check: 'master socket', level: 'ok' },
  ])
})
