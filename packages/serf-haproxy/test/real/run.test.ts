import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRuntimeClient } from 'haproxy-runtime'
import {
  endProcess,
  freePort,
  gossipKey,
  loopbackAddress,
  startApplication,
  startHaproxy,
  startSerfAgent,
  temporaryFolder,
  until,
} from 'real-components'
import t, { type Test } from 'tap'
import type { AgentState } from '../../src/state/agent-state.js'
import { skip } from './real-cluster.js'

const bin = fileURLToPath(new URL('../../../bin/serf-haproxy.js', import.meta.url))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function command(folder: string, ...args: string[]): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [bin, ...args], { cwd: folder }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

/** `serf-haproxy run` as a process; it ends with the test. */
function startRun(
  t: Test,
  folder: string,
  ...args: string[]
): { child: ChildProcess; log(): string } {
  const child = spawn(process.execPath, [bin, 'run', ...args], { cwd: folder })
  t.teardown(() => endProcess(child))
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more))
  return { child, log: () => text }
}

async function stateOf(folder: string, ...args: string[]): Promise<AgentState | undefined> {
  const { code, stdout } = await command(folder, 'status', '--json', ...args)
  return code === 0 ? (JSON.parse(stdout) as AgentState) : undefined
}

t.test(
  'init, then run: a member is served, the handler refreshes, and a changed configuration is used or rejected',
  { skip },
  async t => {
    const folder = temporaryFolder(t)
    t.match(await command(folder, 'init'), { code: 0, stdout: /serf-haproxy run/ })
    t.match(await command(folder, 'init'), {
      code: 2,
      stderr: /already contains serf-haproxy\.yaml/,
    })
    const key = gossipKey()
    const address = loopbackAddress()
    const lb = await startSerfAgent(t, { name: 'lb', key })
    const yaml = join(folder, 'serf-haproxy.yaml')
    // The ports of the file may be taken on this machine; nothing else is changed.
    const listen = `127.0.0.1:${await freePort('127.0.0.1')}`
    const text = readFileSync(yaml, 'utf8')
      .replace('127.0.0.1:7373', `${lb.address}:${lb.rpcPort}`)
      .replace('127.0.0.1:1936', `${address}:1936`)
      .replace('127.0.0.1:8080', `${address}:8080`)
      .replace('127.0.0.1:9642', listen)
    writeFileSync(yaml, text)
    const { child, log } = startRun(t, folder, '--record', 'run.jsonl')
    const configFile = join(folder, 'haproxy.cfg')
    await until('the first configuration', () => existsSync(configFile))
    const place = {
      folder,
      configFile,
      runtimeSocket: join(folder, 'runtime.sock'),
      masterSocket: join(folder, 'master.sock'),
    }
    await startHaproxy(t, place)
    const port = await freePort(address)
    await startApplication(t, { host: address, port })
    await startSerfAgent(t, {
      name: 's1',
      key,
      seeds: [lb],
      tags: { role: 'web', port: String(port) },
      at: { address, gossipPort: await freePort(address), rpcPort: await freePort(address) },
      // Where no agent runs by this file the handler says so, and Serf goes on.
      eventHandlers: [`${process.execPath} ${bin} handler --config ${yaml}`],
    })
    await until('s1 to be served', async () => {
      const response = await fetch(`http://${address}:8080/`).catch(() => undefined)
      return response?.status === 200
    })
    t.equal((await command(folder, 'handler')).code, 0)
    writeFileSync(yaml, text.replace('maxLostShare: 0.5', 'maxLostShare: 5'))
    const refusal =
      /New configuration rejected.*serf-haproxy\.yaml:\d+: guard\.maxLostShare: .*got 5/
    await until('the refusal', () => refusal.test(log()))
    writeFileSync(yaml, text.replace('port: { tag: port, default: 3000 }', 'port: 1'))
    child.kill('SIGHUP')
    const runtime = createRuntimeClient({ socket: place.runtimeSocket })
    await until('the new port', async () => (await runtime.servers(['web']))[0]?.port === 1)
    child.kill('SIGTERM')
    const exit = await new Promise(resolve => child.once('exit', (...how) => resolve(how)))
    t.strictSame(exit, [0, null], 'a SIGTERM in the middle of a change ends it in order')
    t.notMatch(log(), /"level":"fatal"|UnhandledPromise|TypeError/)
    const replayed = await command(
      folder,
      'replay',
      'run.jsonl',
      '--json',
      '--set',
      'reconcileMs=500',
    )
    t.match(replayed.stdout, /"number":1,/)
    t.equal((await command(folder, 'replay', 'none.jsonl')).code, 2)
  },
)

/** A configuration, but for its key. */
const base = async (rpc: string, socket: string) => `
serf: { rpc: '${rpc}', authKeyFile: rpc.key }
haproxy: { configFile: haproxy.cfg, runtimeSocket: ${socket}, masterSocket: master.sock }
frontends: [{ name: web, bind: '127.0.0.1:${await freePort('127.0.0.1')}', pool: nodes }]
pools: [{ name: nodes, role: backend, port: 3000 }]
reconcileMs: 200
listen: '127.0.0.1:${await freePort('127.0.0.1')}'
`

t.test(
  'no Serf, no HAProxy, a wrong key and an invalid socket are each reported, and nothing crashes',
  { skip },
  async t => {
    const folder = temporaryFolder(t)
    const lb = await startSerfAgent(t, { name: 'lb', key: gossipKey(), rpcKey: 'the right one' })
    writeFileSync(join(folder, 'rpc.key'), 'the wrong one')
    mkdirSync(join(folder, 'folder.sock'))
    writeFileSync(
      join(folder, 'serf-haproxy.yaml'),
      await base(`127.0.0.1:${await freePort('127.0.0.1')}`, 'runtime.sock'),
    )
    const { child } = startRun(t, folder)
    const state = await until('the state', async () => {
      const found = await stateOf(folder)
      return found?.serf.error !== undefined && found.haproxy.error !== 'not asked yet' && found
    })
    t.match(state.serf, { connected: false, error: /No Serf agent answers|not connected yet/ })
    t.match(state.haproxy, { reachable: false, error: /runtime\.sock/ })
    const file = join(folder, 'haproxy.cfg')
    await until('a first file, since HAProxy waits for one', () => existsSync(file))
    t.notMatch(readFileSync(file, 'utf8'), /^ *server /m)
    t.match(await command(folder, 'run'), { code: 2 }, 'a second agent says so, and ends')
    await endProcess(child, 'SIGTERM')
    writeFileSync(
      join(folder, 'serf-haproxy.yaml'),
      await base(`${lb.address}:${lb.rpcPort}`, 'folder.sock'),
    )
    const second = startRun(t, folder)
    const wrong = await until('the wrong key to be told', async () => {
      const found = await stateOf(folder)
      return found?.serf.error !== undefined && found.serf.error !== 'not connected yet' && found
    })
    t.match(wrong.serf.error, /auth|key|token/i)
    t.match(wrong.haproxy, { reachable: false })
    t.equal(second.child.exitCode, null)
  },
)

t.test(
  'an agent that starts first writes the file that HAProxy starts with, members included',
  { skip },
  async t => {
    const folder = temporaryFolder(t)
    const address = loopbackAddress()
    const gossipPort = await freePort(address)
    const at = { address, gossipPort, rpcPort: await freePort(address) }
    writeFileSync(join(folder, 'rpc.key'), 'the right one')
    const yaml = await base(`${address}:${at.rpcPort}`, 'runtime.sock')
    writeFileSync(join(folder, 'serf-haproxy.yaml'), yaml)
    const { child } = startRun(t, folder)
    const key = gossipKey()
    const s1 = await startSerfAgent(t, { name: 's1', key, tags: { role: 'backend' } })
    await startSerfAgent(t, { name: 'lb', key, rpcKey: 'the right one', at, seeds: [s1] })
    const file = join(folder, 'haproxy.cfg')
    const text = () => (existsSync(file) ? readFileSync(file, 'utf8') : '')
    await until('s1 in the first file', () => text().includes(`\n  server s1 ${s1.address}:`))
    t.match(await stateOf(folder), { outcome: { kind: 'deferred' } })
    t.equal(child.exitCode, null)
  },
)
