import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRuntimeClient } from 'haproxy-runtime'
import { findContainerCli, imageReport } from 'lab-images'
import { missingProgram, temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { underSteadyLoad } from '../../bench/steady-load.js'
import { containerEngine } from '../../src/containers/container-node-engine.js'
import { containerPlaceOn, type ContainerPlace } from '../../src/containers/container-place.js'
import { nodeArguments } from '../../src/containers/container-run.js'
import { nodeContainers } from '../../src/containers/node-containers.js'
import { haproxySocket } from '../../src/containers/container-socket.js'
import { createLab } from '../../src/lab/lab.js'
import { labStatus } from '../../src/lab/lab-status.js'
import { isServing } from '../../src/lab/serving.js'
import { ask } from '../../src/lab/traffic.js'
import { playTour, runLab } from '../lab-process.js'
import { until } from '../../src/until.js'

const skip = missingProgram('podman')
const load = { rate: 200, seconds: 4 }
const longLoad = { ...load, seconds: 8 }

/** A network of this test's own; whatever is left there is removed with the test. */
function testPlace(t: Tidy): ContainerPlace {
  const subnet = `10.${randomInt(64, 255)}.${randomInt(1, 255)}`
  const place = containerPlaceOn(subnet, join(temporaryFolder(t), 'lab'))
  t.teardown(() => containerEngine(place).destroy())
  return place
}

t.test('one lab in containers, from its start to its end', { skip, timeout: 600_000 }, async t => {
  const place = testPlace(t)
  const engine = containerEngine(place)
  const runner = nodeContainers(place)
  const lab = createLab(engine)
  await lab.up(2)
  const { traffic } = await engine.endpoints()
  const serving = async () => (await lab.servers()).filter(isServing).map(({ name }) => name)
  const stranger = async (...known: readonly string[]) =>
    (await serving()).find(name => !known.includes(name))
  const first = async () => (await labStatus(engine))[1]
  const inNode = async (node: string, ...command: string[]) =>
    (await engine.exec(node, command)).text

  await t.test('both web applications answer through the published port', async t => {
    const answers = [await ask(traffic), await ask(traffic)]
    t.same(new Set(answers.map(({ node }) => node)), new Set(['s1', 's2']))
    t.match(await labStatus(engine), [
      { name: 'ha', node: 'running', serf: 'alive', address: `${place.subnet}.42` },
      { name: 's1', node: 'running', serf: 'alive', haproxy: /^UP/, address: `${place.subnet}.11` },
      { name: 's2', haproxy: /^UP/, requests: Number },
    ])
  })

  await t.test('the images share their layers and have no build tools', async t => {
    const [base, ha, webapp] = await imageReport(await runner.cli())
    t.equal(ha?.sharedLayers, base?.layers)
    t.equal(webapp?.sharedBytes, base?.bytes)
    for (const tool of ['gcc', 'make', 'npm', 'python3']) {
      await t.rejects(inNode('s1', 'sh', '-c', `command -v ${tool}`), tool)
    }
  })

  await t.test('no service is root, nothing but /run can be written to', async t => {
    for (const [node, users] of [
      ['ha', { haproxy: 'haproxy', serf: '_serf' }],
      ['s1', { serf: '_serf' }],
    ] as const) {
      const { facts } = await engine.inspect(node)
      t.match(facts, { pid: 1, program: 's6-svscan', state: 'running' })
      for (const [program, user] of Object.entries(users)) {
        const found = facts.processes.find(({ name }) => name === program)
        const owner = await inNode(node, 'stat', '-c', '%U', `/proc/${found?.pid}`)
        t.equal(owner.trim(), user, `${program} on ${node}`)
      }
      const roots = await inNode(node, 'sh', '-c', 'stat -c "%U %n" /proc/[0-9]*/comm')
      const root = [...roots.matchAll(/^root \/proc\/(\d+)/gm)].map(([, pid]) => Number(pid))
      const isOurs = /^(?:s6-svscan|s6-supervise|s6-notifyonche|sh|stat)$/
      for (const { pid, name } of facts.processes) if (root.includes(pid)) t.match(name, isOurs)
      await t.rejects(inNode(node, 'touch', '/usr/x'), /Read-only file system/)
    }
  })

  await t.test(
    'HAProxy reads its file and writes none of the agent, which is another user',
    async t => {
      const folder = '/run/serf-haproxy'
      const tests: readonly [user: string, test: string, path: string, holds: boolean][] = [
        ['haproxy', '-r', `${folder}/haproxy.cfg`, true],
        ['haproxy', '-w', `${folder}/haproxy.cfg`, false],
        ['haproxy', '-w', folder, false],
        ['haproxy', '-r', `${folder}/serf-haproxy.yaml`, false],
        ['haproxy', '-r', `${folder}/rpc.key`, false],
        ['haproxy', '-x', `${folder}/serf-haproxy.state`, false],
        ['serf-haproxy', '-w', '/run/haproxy/runtime.sock', true],
        ['serf-haproxy', '-w', '/run/haproxy/master.sock', true],
        ['serf-haproxy', '-w', '/run/haproxy', false],
        ['_serf', '-x', '/run/haproxy', false],
        ['_serf', '-x', folder, false],
      ]
      const script = tests
        .map(([user, test, path]) => `s6-setuidgid ${user} test ${test} ${path}; echo $?`)
        .join('\n')
      const codes = (await inNode('ha', 'sh', '-c', script)).trim().split('\n')
      for (const [i, [user, test, path, holds]] of tests.entries())
        t.equal(codes[i], holds ? '0' : '1', `${user}: test ${test} ${path}`)
      const { facts } = await engine.inspect('ha')
      const agent = facts.processes.find(({ command }) => /serf-haproxy\S* run/.test(command))
      const owner = await inNode('ha', 'stat', '-c', '%U', `/proc/${agent?.pid}`)
      t.equal(owner.trim(), 'serf-haproxy')
    },
  )

  await t.test('a container is healthy while all of its services are ready', async t => {
    await runner.run('exec', runner.nameOf('s1'), 'services-ready')
    const { Config } = (await runner.inspect('s1')) as unknown as {
      Config: { Healthcheck: { Test: string[] } }
    }
    t.same(Config.Healthcheck.Test, ['CMD', 'services-ready'])
  })

  await t.test('what its services print is in its log, each behind its name', async t => {
    const { command, text } = await engine.logs('s1')
    t.match(command, /^\w+ logs /)
    t.match(text, /^webapp: Listening on /m)
    t.match(text, /^serf: .*Serf agent running!/m)
    t.match((await engine.list()).text, runner.nameOf('s2'))
  })

  await t.test('HAProxy is asked through the engine where its socket cannot be opened', async t => {
    const socket = await haproxySocket(runner, place, false)()
    t.match(socket, place.folder)
    const servers = await createRuntimeClient({ socket, timeoutMs: 10_000 }).servers(['nodes'])
    t.same(new Set(servers.map(({ name }) => name)), new Set(['s1', 's2']))
  })

  await t.test('a stop under 200 requests a second loses none', async t => {
    const result = await underSteadyLoad(traffic, load, () => lab.stop('s1'))
    t.equal(result.failed, 0)
    t.ok(result.requests > 100, `${result.requests} requests`)
    t.match((await engine.inspect('s1')).facts, { state: 'exited', processes: [] })
    await lab.start('s1')
  })

  await t.test('the container killed under 200 GET requests a second loses none', async t => {
    const result = await underSteadyLoad(traffic, load, () => lab.kill('s2'))
    t.equal(result.failed, 0)
    t.same(await serving(), ['s1'])
    await lab.start('s2')
  })

  await t.test('an application that hangs is started anew; who waited is served', async t => {
    const result = await underSteadyLoad(traffic, longLoad, () => lab.freeze('s1'))
    t.equal(result.failed, 0)
    // If they waited there to the end, each of the ten connections would soon stand still.
    t.ok(result.requests > 100, `${result.requests} requests`)
    await lab.thaw('s1')
    t.ok((await serving()).includes('s1'))
  })

  await t.test('an application that is away for good leaves, and comes back', async t => {
    await inNode('s1', 's6-svc', '-d', '/run/service/webapp')
    await until('Serf to have left', async () => (await first())?.serf === 'left')
    await inNode('s1', 's6-svc', '-u', '/run/service/webapp')
    await until('s1 to be back', async () => (await serving()).includes('s1'))
    t.match(await first(), { node: 'running', serf: 'alive', haproxy: /^UP/ })
  })

  await t.test('a load balancer that is killed and made again has its pool again', async t => {
    await engine.kill('ha')
    t.equal((await ask(traffic)).status, undefined)
    await engine.start('ha')
    await until('the whole pool', async () => (await serving()).length === 2)
    t.equal((await ask(traffic)).status, 200)
  })

  await t.test('who comes back at a new address after a crash is taken at once', async t => {
    const plain = { options: [], command: [] }
    const args = nodeArguments(place, 's5', join(place.folder, 'keys'), plain)
    const own = /^--(?:ip|publish|name)=|^--env=NODE_/
    const unnamed = args.filter(word => !own.test(word))
    const start = (host: number) => [
      ...unnamed.slice(0, 1),
      `--ip=${place.subnet}.${host}`,
      ...unnamed.slice(1),
    ]
    const id = (await runner.run(...start(201))).trim()
    const first = await until('the first life', () => stranger('s1', 's2'))
    t.match(first, /^s5-[0-9a-z]{4}$/)
    await runner.run('kill', '--signal', 'KILL', id)
    await runner.run(...start(202))
    const second = await until('the second', () => stranger('s1', 's2', first))
    t.match(second, /^s5-[0-9a-z]{4}$/)
  })

  await t.test('down leaves no container, no network and no file', async t => {
    const args = ['--engine', 'container', '--json']
    t.match(await runLab(place, ['down', ...args]), { code: 0, stdout: /"ended":true/ })
    t.equal((await runner.run('ps', '--all', '--quiet', ...runner.ofLab)).trim(), '')
    t.notOk(await engine.exists())
    t.notOk(existsSync(place.folder))
  })
})

t.test('the tour holds in containers', { skip, timeout: 600_000 }, async t => {
  const place = testPlace(t)
  await playTour(t, place, '--engine', 'container')
})

t.test('a network that is taken is told, and nothing is left', { skip }, async t => {
  const place = testPlace(t)
  const engine = await findContainerCli(['docker', 'podman'])
  const squatter = `squatter-${place.subnet}`
  await engine.run(['network', 'create', '--subnet', `${place.subnet}.0/24`, squatter])
  t.teardown(() => engine.run(['network', 'rm', squatter]))
  const { code, stderr } = await runLab(place, ['up', '--engine', 'container'])
  t.equal(code, 2)
  t.match(stderr, new RegExp(`The network ${place.subnet}.0/24 cannot be created: .*--subnet`))
  t.notOk(existsSync(place.folder))
  t.notOk(await containerEngine(place).exists())
})

t.test('without an engine, or with one that refuses, the lab ends with 2', async t => {
  const place = containerPlaceOn('10.9.8', join(temporaryFolder(t), 'lab'))
  const programs = temporaryFolder(t)
  const none = await runLab(place, ['up', '--engine', 'container'], { env: { PATH: programs } })
  t.match(none, { code: 2, stderr: /no container engine answers \(docker: not found; podman: not/ })
  await mkdir(programs, { recursive: true })
  const refusal = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.'
  const fake = `#!/bin/sh\necho '${refusal}' >&2\nexit 1\n`
  await writeFile(join(programs, 'docker'), fake, { mode: 0o755 })
  const refused = await runLab(place, ['up', '--engine', 'docker'], { env: { PATH: programs } })
  t.match(refused, { code: 2, stderr: /docker: Cannot connect to the Docker daemon/ })
  t.match(await runLab({ ...place, subnet: '8.8.8' }, ['up', '--engine', 'container']), {
    code: 2,
    stderr: /--subnet: expected a private network .*, got 8.8.8/,
  })
  t.notOk(existsSync(place.folder))
})

t.test(
  'Ctrl-C while the images are there and the nodes start leaves nothing',
  { skip },
  async t => {
    const place = testPlace(t)
    const bin = new URL('../../../bin/lab.js', import.meta.url).pathname
    const words = [
      'up',
      '--engine',
      'container',
      '--subnet',
      place.subnet,
      '--folder',
      place.folder,
    ]
    const up = execFile(process.execPath, [bin, ...words])
    const ended = new Promise<number | null>(resolve => up.once('exit', resolve))
    const runner = nodeContainers(place)
    await until('the first node', async () => (await runner.running()).length > 0)
    up.kill('SIGINT')
    t.equal(await ended, 130)
    t.equal((await runner.run('ps', '--all', '--quiet', ...runner.ofLab)).trim(), '')
    t.notOk(existsSync(place.folder))
  },
)
