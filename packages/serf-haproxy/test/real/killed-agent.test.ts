import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRuntimeClient } from 'haproxy-runtime'
import type { Member } from 'node-serf-client'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import { endProcess, freePort, haproxyReleases, until } from 'real-components'
import t, { type Test } from 'tap'
import { bin } from '../run-command.js'
import { skip, startPlace } from './agent-place.js'
import { startSocketGate } from './socket-gate.js'

const member = (name: string, i: number): Member => ({
  name,
  address: `127.1.0.${i}`,
  port: 7946,
  status: 'alive',
  tags: { role: 'backend', port: '9' },
})
const before = [member('s1', 1), member('s2', 2)]

/** Returns the text of a file; an empty one if there is none. */
const text = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** An agent between a fake Serf agent and a real HAProxy; its process can be killed. */
async function startScene(t: Test, program: string) {
  const place = await startPlace(t, { program })
  const gate = await startSocketGate(t, place.runtimeSocket)
  const runtime = createRuntimeClient({ socket: gate.behind })
  const serf = await startFakeAgent({ members: before })
  t.teardown(() => serf.close())
  const listen = `127.0.0.1:${await freePort('127.0.0.1')}`
  const yaml = readFileSync(place.file, 'utf8')
  writeFileSync(
    place.file,
    `${yaml}\nserf: { rpc: '127.0.0.1:${serf.port}' }\nlisten: '${listen}'\n`,
  )
  const start = () => {
    const agent = spawn(process.execPath, [bin, 'run', '--config', place.file], { stdio: 'ignore' })
    t.teardown(() => endProcess(agent))
    return agent
  }
  const state = join(place.folder, 'serf-haproxy.state')
  return {
    start,
    gate,
    runtime,
    servers: async () => (await runtime.servers(['nodes'])).map(({ name }) => name).toSorted(),
    file: () => text(place.configFile),
    memory: () => text(join(state, 'memory.json')),
    generations: () => readdirSync(join(state, 'generations')),
    join(name: string) {
      const joiner = member(name, 3)
      serf.setMembers([...before, joiner])
      serf.log(`2026/11/28 12:00:00 [INFO] serf: EventMemberJoin: ${name} ${joiner.address}`)
    },
  }
}

type Scene = Awaited<ReturnType<typeof startScene>>

/** Steps after a change at which the agent is killed. */
const steps: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'HAProxy has the change, and no file': async scene => {
    const withheld = scene.gate.withholdReplyTo('nodes/s3 ')
    scene.join('s3')
    await withheld
    await until('s3 in HAProxy', async () => (await scene.servers()).includes('s3'))
  },
  'the file is written': async scene => {
    scene.join('s3')
    await until('s3 in the file', () => scene.file().includes('server s3 '))
  },
  'a generation is being written': async scene => {
    const old = scene.generations().join(' ')
    scene.join('s3')
    await until('another file of generations', () => scene.generations().join(' ') !== old)
  },
  'the memory is written': async scene => {
    scene.join('s3')
    await until('s3 in the memory', () => scene.memory().includes('s3'))
  },
}

/** The suite divides the steps between the releases; `npm run kill` runs all steps with each release. */
const isWhole = process.argv.includes('--whole')

for (const [which, { version, program }] of (skip ? [] : haproxyReleases()).entries())
  for (const [i, [step, reach]] of Object.entries(steps).entries()) {
    if (!isWhole && i % haproxyReleases().length !== which) continue
    t.test(`HAProxy ${version}: killed when ${step}, the next agent continues`, async t => {
      const scene = await startScene(t, program)
      const first: ChildProcess = scene.start()
      await until('the first servers', async () => (await scene.servers()).length === 2)
      await until('the first memory', () => scene.memory().includes('s2'))
      const { pid } = await scene.runtime.info()
      await reach(scene)
      await endProcess(first)
      if (step.endsWith('no file')) t.notMatch(scene.file(), /server s3 /)
      scene.start()
      await until('s3 in the file', () => scene.file().includes('server s3 '))
      await until('s3 in the memory', () => scene.memory().includes('s3'))
      t.same(await scene.servers(), ['s1', 's2', 's3'])
      t.equal((await scene.runtime.info()).pid, pid, 'nothing was reloaded')
      await until('no draft to be left', () =>
        scene.generations().every(name => !name.includes('draft')),
      )
    })
  }
