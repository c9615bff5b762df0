import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createMasterClient, createRuntimeClient } from 'haproxy-runtime'
import {
  endProcess,
  freePort,
  haproxyPlace,
  haproxyReleases,
  loopbackAddress,
  missingProgram,
  startHaproxy,
  until,
} from 'real-components'
import t, { type Test } from 'tap'
import type { Membership } from 'serf-events'
import type { Clock } from '../../src/clock.js'
import { createAgent, type AgentOptions } from '../../src/agent/create-agent.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import type { RecordLine } from '../../src/recording/recording.js'
import { replay } from '../../src/recording/replay.js'
import { membershipOf, type ScriptedMember } from './scripted-membership.js'

const isSoak = process.env['SOAK'] !== undefined
const changes = isSoak ? 1000 : 100
const skip = missingProgram('haproxy')

/** A real HAProxy, and a configuration for it. */
async function place(t: Test, { program = 'haproxy', more = '' } = {}) {
  const paths = haproxyPlace(t)
  const address = loopbackAddress()
  const file = join(paths.folder, 'agent.yaml')
  writeFileSync(
    file,
    `
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '${address}:${await freePort(address)}', pool: nodes }]
pools: [{ name: nodes, role: backend, port: { tag: port }, weight: { tag: weight, default: 100 } }]
reconcileMs: 500
${more}
`,
  )
  const configuration = loadConfiguration(file)
  const renderer = await openRenderer(configuration)
  writeFileSync(paths.configFile, renderer.render([], new Set()).rendered.text)
  await startHaproxy(t, paths, undefined, program)
  const runtime = createRuntimeClient({ socket: paths.runtimeSocket })
  const master = createMasterClient({ socket: paths.masterSocket })
  return {
    ...paths,
    file,
    configuration,
    renderer,
    runtime,
    master,
    servers: () => runtime.servers(['nodes']),
  }
}

/** A port of this machine where somebody accepts connections; until the test ends. */
async function listeningPort(t: Test): Promise<number> {
  // HAProxy's check connects, and breaks the connection off.
  const server = createServer(socket => socket.on('error', () => {}).resume())
  server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Members that a test tells of, one snapshot after the other. */
function scriptedMembers() {
  const waiting: Membership[] = []
  const bell = new EventTarget()
  const rung = () =>
    new Promise(resolve => bell.addEventListener('refresh', resolve, { once: true }))
  const ring = () => bell.dispatchEvent(new Event('refresh'))
  async function* membership({ signal }: { signal: AbortSignal }): AsyncGenerator<Membership> {
    signal.addEventListener('abort', ring)
    while (!signal.aborted) {
      const next = waiting.shift()
      if (next) yield next
      else await rung()
    }
  }
  const tell = (members: readonly ScriptedMember[]) => {
    waiting.push(membershipOf(members))
    ring()
  }
  return { membership, tell }
}

/** An agent of this process, and how its members are changed. */
function run(t: Test, file: string, parts: AgentOptions = {}) {
  const { membership, tell } = scriptedMembers()
  const agent = createAgent(loadConfiguration(file), { sources: { membership }, ...parts })
  const end = new AbortController()
  const running = agent.run({ signal: end.signal })
  const stop = async () => {
    end.abort()
    await running
  }
  t.teardown(stop)
  return { agent, stop, tell }
}

const member = (i: number, status: ScriptedMember['status'] = 'alive'): ScriptedMember => ({
  name: `s${i}`,
  status,
  tags: { port: String(20_000 + i) },
})

for (const { version, program } of skip ? [] : haproxyReleases()) {
  t.test(
    `${changes} random changes, the agent killed at random: HAProxy ${version} ends as the members are, without a reload`,
    async t => {
      const { file, runtime, servers } = await place(t, {
        program,
        more: 'guard: { maxLostShare: 1, minServers: 0 }\ndamping: { flaps: 1000000 }',
      })
      const { pid } = await runtime.info()
      const script = fileURLToPath(new URL('./scripted-run.js', import.meta.url))
      const seed = Math.floor(Math.random() * 2 ** 31)
      const random = randomNumbers(seed)
      let child: ChildProcess | undefined
      let kills = 0
      t.teardown(() => child && endProcess(child))
      let members: ScriptedMember[] = [member(0), member(1)]
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
        const changed = isThere ? member(which, gone) : member(which)
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
      // Nothing listens there: HAProxy finds every server down, so that the failed go at once.
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

/** Numbers from 0 to 1 that a seed repeats. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

t.test(
  'a member that flaps at 5 Hz is damped, and the others are left alone',
  { skip },
  async t => {
    const { file, servers } = await place(t)
    const { agent, tell } = run(t, file)
    const rest = [member(2), member(3), member(4)]
    tell([member(1), ...rest])
    await until('four servers', async () => (await servers()).length === 4)
    for (let i = 0; i < (isSoak ? 300 : 20); i++) {
      tell([{ ...member(1), suspect: i % 2 === 0 }, ...rest])
      await wait(100)
    }
    tell([member(1), ...rest])
    const standing = () => agent.state().members.find(({ name }) => name === 's1')?.standing
    await until('s1 to be damped', () => standing() === 'damped')
    const { plans, reloads, damped } = agent.state().counters
    t.ok(plans.runtime <= 20, `${plans.runtime} changes at run time`)
    t.same([reloads, damped], [0, 1])
    t.same(
      (await servers()).filter(({ weight }) => weight > 0).map(({ name }) => name),
      ['s2', 's3', 's4'],
    )
  },
)

t.test(
  'clocks that jump change nothing: no grace time ends, and none begins anew',
  { skip },
  async t => {
    const { file, servers } = await place(t, { more: 'failedGraceMs: 600000' })
    const serving = [await listeningPort(t), await listeningPort(t), await listeningPort(t)]
    const all = (first: ScriptedMember['status']) =>
      serving.map((port, i) => ({
        ...member(i + 1, i === 0 ? first : 'alive'),
        tags: { port: String(port) },
      }))
    let jump = 0
    const clock: Clock = { now: () => performance.now(), wallTime: () => Date.now() + jump }
    const { agent, tell } = run(t, file, { clock })
    tell(all('alive'))
    await until('all to be healthy', async () => {
      const found = await servers()
      return found.length === 3 && found.every(({ health }) => health === 'up')
    })
    const lost = all('failed')
    const standings = () => agent.state().members.map(({ standing }) => standing)
    tell(lost)
    const wanted = ['kept-by-health', 'serving', 'serving']
    await until('one to be kept', () => standings().join() === wanted.join())
    const before = agent.state().counters.rounds
    for (const days of [365, -365, 0]) {
      jump = days * 86_400_000
      tell(lost)
      const { rounds } = agent.state().counters
      await until('another round', () => agent.state().counters.rounds > rounds)
      t.same(standings(), wanted)
    }
    t.ok(agent.state().counters.rounds > before)
    t.equal(agent.state().counters.errors, 0)
  },
)

t.test('a recording is replayed to the same configurations', { skip }, async t => {
  const { file, renderer, servers } = await place(t)
  const lines: RecordLine[] = []
  const { agent, tell, stop } = run(t, file, { onRecord: line => lines.push(line) })
  tell([member(1), member(2), member(3), member(4)])
  await until('four servers', async () => (await servers()).length === 4)
  tell([{ ...member(1), suspect: true }, member(2, 'leaving'), member(3), member(4)])
  await until('a drain', async () => (await servers()).some(({ weight }) => weight === 0))
  tell([member(1, 'failed'), member(2, 'left'), member(3), member(4), member(5)])
  await until('s5', async () => (await servers()).some(({ name }) => name === 's5'))
  await until('s1 to be gone', async () => !(await servers()).some(({ name }) => name === 's1'))
  const { generation } = agent.state()
  await stop()
  const replayed = [
    ...replay(
      lines.map(line => JSON.stringify(line)),
      renderer,
    ),
  ]
  t.ok(replayed.length >= 3, `${replayed.length} configurations`)
  t.ok(replayed.every(({ isSame }) => isSame))
  t.ok((generation?.number ?? 0) > 0)
  t.throws(() => [...replay(['{}'], renderer)], { code: 'recording', message: /Line 1 / })
  const other = [
    ...replay(
      lines.slice(1).map(line => JSON.stringify(line)),
      renderer,
    ),
  ]
  t.ok(other.length > 0, 'a recording that was cut off is replayed as far as it goes')
})

t.test(
  'one agent a HAProxy; an agent that is restarted takes over what runs and reloads nothing',
  { skip },
  async t => {
    const { file, servers, runtime } = await place(t)
    const first = run(t, file)
    first.tell([member(1), member(2)])
    await until('two servers', async () => (await servers()).length === 2)
    const rival = createAgent(loadConfiguration(file))
    await t.rejects(rival.run({ signal: new AbortController().signal }), { code: 'locked' })
    await first.agent.freeze('by hand')
    // What is answered is kept, whatever happens to the process then.
    const { stateFolder } = loadConfiguration(file)
    t.match(readFileSync(join(stateFolder, 'memory.json'), 'utf8'), /"reason":"by hand"/)
    await first.stop()
    const { pid } = await runtime.info()
    const second = run(t, file)
    second.tell([member(3)])
    await until('the second to decide', () =>
      second.agent.state().members.some(({ name }) => name === 's3'),
    )
    t.match(second.agent.state(), { mode: 'frozen', frozen: { reason: 'by hand' } })
    await second.agent.thaw()
    await until('s3', async () => (await servers()).some(({ name }) => name === 's3'))
    t.equal((await runtime.info()).pid, pid)
  },
)

t.test(
  'a configuration is tried out before it is taken; a policy that breaks leaves the last good state',
  { skip },
  async t => {
    const { file, folder, servers } = await place(t)
    const { agent, tell } = run(t, file)
    tell([member(1), member(2)])
    await until('two servers', async () => (await servers()).length === 2)
    const policy = join(folder, 'policy.mjs')
    const withPolicy = () => ({ ...loadConfiguration(file), policy })
    t.match(await agent.configure(withPolicy), /cannot load .*policy\.mjs/)
    t.match(agent.state().configuration.refused, /cannot load/)
    const moved = () => ({ ...loadConfiguration(file), stateFolder: '/elsewhere' })
    t.match(await agent.configure(moved), /stateFolder: changed; .* restart/)
    writeFileSync(
      policy,
      'export default members => {\n  if (members.length > 2) throw new Error("three are too many")\n  return members.filter(({ name }) => name !== "s1")\n}\n',
    )
    t.equal(await agent.configure(withPolicy), undefined)
    tell([member(1), member(2)])
    await until('s1 to be left out', async () =>
      (await servers()).every(({ name, weight }) => name !== 's1' || weight === 0),
    )
    tell([member(1), member(2), member(3)])
    await until('the policy to fail', () =>
      /three are too many/.test(agent.state().fault?.error ?? ''),
    )
    t.same(
      (await servers()).filter(({ weight }) => weight > 0).map(({ name }) => name),
      ['s2'],
    )
    tell([member(1), member(2)])
    await until('the fault to be over', () => agent.state().fault === undefined)
  },
)
