import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRuntimeClient } from 'haproxy-runtime'
import {
  freePort,
  gossipKey,
  haproxyPlace,
  haproxyReleases,
  loopbackAddress,
  missingProgram,
  startApplication,
  startHaproxy,
  startProgram,
  startSerfAgent,
  until,
} from 'real-components'
import t, { type Test } from 'tap'
import { bin, runCommand } from '../run-command.js'
import { startTraffic } from './traffic.js'

const skip = missingProgram('serf', 'haproxy')
const key = gossipKey()

/** Starts a HAProxy with two static servers, four applications, and a Serf agent. */
async function startStatic(t: Test, program: string, { cookie = false } = {}) {
  const place = haproxyPlace(t)
  const { configFile, runtimeSocket } = place
  const address = loopbackAddress()
  const hosts = [
    loopbackAddress(),
    loopbackAddress(),
    loopbackAddress(),
    loopbackAddress(),
  ] as const
  const [front, port] = [await freePort(address), await freePort(address)]
  for (const host of hosts) await startApplication(t, { host, port })
  const original = `global
  stats socket ${runtimeSocket} level admin
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend in
  bind ${address}:${front}
  option idle-close-on-response
  default_backend web
backend web
  option redispatch 1
${cookie ? '  cookie SRV insert indirect nocache\n' : ''}  # The two of rack 7.
  server web1 ${hosts[0]}:${port} check inter 200ms${cookie ? ' cookie one' : ''}
  server web2 ${hosts[1]}:${port} check inter 200ms${cookie ? ' cookie two' : ''}
  server sorry 127.0.0.1:9 backup
`
  const haproxy = await startHaproxy(t, place, original, program)
  const lb = await startSerfAgent(t, { name: 'lb', key })
  const runtime = createRuntimeClient({ socket: runtimeSocket })
  return {
    ...place,
    original,
    haproxy,
    lb,
    runtime,
    listen: `${address}:${await freePort(address)}`,
    url: `http://${address}:${front}/`,
    text: () => readFileSync(configFile, 'utf8'),
    servers: async () => {
      const running = await runtime.servers(['web']).catch(() => [])
      return running
        .map(({ name }) => name)
        .toSorted()
        .join(' ')
    },
    /** Starts the Serf agent of the machine of an application. */
    async member(name: string, host: string) {
      const at = { address: host, gossipPort: await freePort(host), rpcPort: await freePort(host) }
      return startSerfAgent(t, { name, key, tags: { role: 'web' }, seeds: [lb], at })
    },
    hosts,
  }
}

/** Adopts the file, and runs the agent. */
async function adoptAndRun(t: Test, place: Awaited<ReturnType<typeof startStatic>>) {
  const { folder, configFile, masterSocket, lb, listen } = place
  const out = join(folder, 'agent')
  const flags = ['--out', out, '--master-socket', masterSocket]
  t.match(await runCommand('adopt', configFile, ...flags), { code: 0 })
  const config = ['--config', join(out, 'serf-haproxy.yaml')]
  const set = ['--set', `serf.rpc=${lb.address}:${lb.rpcPort}`, '--set', `listen=${listen}`]
  const agent = startProgram(t, bin, ['run', ...config, ...set])
  const command = (name: string, ...more: string[]) => runCommand(name, ...config, ...more)
  return {
    command,
    async stop() {
      agent.process.kill('SIGTERM')
      await agent.code
    },
  }
}

for (const { version, program } of skip ? [] : haproxyReleases()) {
  t.test(`HAProxy ${version} goes over to members and back without a failed request`, async t => {
    const place = await startStatic(t, program)
    const { servers, text, runtime, original } = place
    const worker = (await runtime.info()).pid
    const traffic = startTraffic(place.url)
    const { command, stop } = await adoptAndRun(t, place)

    const held = /2 removals are held: Serf knows 0 of the 2 servers/
    await until('the hold', async () => held.test((await command('status')).stdout))
    const first = await place.member('m1', place.hosts[2])
    await place.member('m2', place.hosts[3])
    const known = async () => (await command('members')).stdout
    await until('the members', async () => /^m1 [^]*^m2 /m.test(await known()))
    t.equal(await servers(), 'sorry web1 web2', 'the old servers stay until they are given up')
    t.match(await command('accept'), { code: 0 })
    await until('the members', async () => (await servers()) === 'm1 m2 sorry')
    first.process.kill('SIGTERM')
    await until('the leave', async () => (await servers()) === 'm2 sorry')
    await until('the file', () => !text().includes('server m1 '))
    t.equal((await runtime.info()).pid, worker, 'without a reload')

    t.match(await command('unadopt'), { code: 2, stderr: /stop it first/ })
    await stop()
    t.match(await command('unadopt'), { code: 0 })
    t.match(
      text(),
      /# The two of rack 7\.\n {2}server m2 .* check inter 200ms .*\n {2}server sorry /,
    )
    t.match(await command('unadopt', '--original'), { code: 0 })
    t.equal(text(), original)
    place.haproxy.kill('SIGUSR2')
    await until('the old servers', async () => (await servers()) === 'sorry web1 web2')
    const { requests, failures } = await traffic.stop()
    t.same(failures, [], `${requests} requests`)
  })
}

for (const { version, program } of skip ? [] : haproxyReleases())
  t.test(`HAProxy ${version}: clients of a cookie are balanced anew once, and stay`, async t => {
    const place = await startStatic(t, program, { cookie: true })
    const { servers, hosts, url } = place
    const ask = async (cookie: string) => {
      // A connection that is kept may be one of the worker from before.
      const headers = { cookie: `SRV=${cookie}`, connection: 'close' }
      const response = await fetch(url, { headers })
      await response.arrayBuffer()
      const [, given] = /^SRV=([^;]*)/.exec(response.headers.get('set-cookie') ?? '') ?? []
      return { status: response.status, given }
    }
    t.same(await ask('one'), { status: 200, given: undefined }, 'before, it stays with web1')
    const traffic = startTraffic(url)
    const { command } = await adoptAndRun(t, place)
    for (const [i, name] of ['m1', 'm2'].entries()) await place.member(name, hosts[i + 2] ?? '')
    const known = async () => (await command('members')).stdout
    await until('the members', async () => /^m1 [^]*^m2 /m.test(await known()))
    t.match(await command('accept'), { code: 0 })
    await until('the members', async () => (await servers()) === 'm1 m2 sorry')
    const { status, given = '' } = await ask('one')
    t.equal(status, 200)
    t.match(given, /^m[12]$/, 'the new value is the name of a member')
    for (let i = 0; i < 5; i++) t.same(await ask(given), { status: 200, given: undefined })
    const { requests, failures } = await traffic.stop()
    t.same(failures, [], `${requests} requests`)
  })

t.test('members with the names of the old servers take their places', { skip }, async t => {
  const place = await startStatic(t, 'haproxy')
  const { servers, text } = place
  await place.member('web1', place.hosts[0])
  await place.member('web2', place.hosts[1])
  const traffic = startTraffic(place.url)
  const { command } = await adoptAndRun(t, place)
  await until('the file', () => /server web2 .* on-error mark-down/.test(text()))
  t.match((await command('status')).stdout, /following, ok/)
  await until('the servers', async () => (await servers()) === 'sorry web1 web2')
  // Their words change, so there is one reload.
  const { requests, failures } = await traffic.stop()
  t.same(failures, [], `${requests} requests`)
})

t.test('HAProxy and Serf are there', { skip }, async () => {})
