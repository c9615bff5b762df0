import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text as readAll } from 'node:stream/consumers'
import {
  endProcess,
  freePort,
  haproxyPlace,
  haproxyReleases,
  missingProgram,
  startHaproxy,
  until,
  type Tidy,
} from 'real-components'
import t from 'tap'
import { defaultTemplate } from '../../src/template/default-template.js'
import { parseModel } from '../../src/model/parse-model.js'

const host = '127.0.0.1'
const skip = missingProgram('haproxy')
const clients = 8
const crashes = 2

for (const { version, program } of haproxyReleases()) {
  for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
    const how = signal === 'SIGKILL' ? 'crashes' : 'freezes and is then killed'
    t.test(`HAProxy ${version} loses no GET while a server ${how}`, { skip }, async t => {
      const place = haproxyPlace(t)
      const ports = await Promise.all(Array.from({ length: 3 }, () => freePort(host)))
      const [doomed = 0, ...healthy] = ports
      for (const port of healthy) await listen(t, port)
      const bind = { address: host, port: await freePort(host) }
      const servers = ports.map((port, i) => ({ name: `s${i}`, address: host, port }))
      const model = parseModel({
        runtimeSocket: place.runtimeSocket,
        frontends: [{ name: 'web', bind, pool: 'nodes' }],
        pools: [{ name: 'nodes', servers }],
      })
      await startHaproxy(t, place, defaultTemplate.render(model).text, program)
      for (let crash = 1; crash <= crashes; crash++) {
        const server = await listenApart(t, doomed)
        await until('s0 to be up', async () => (await stateOf(place.runtimeSocket)) === 'UP')
        const traffic = startClients(bind.port)
        await until('s0 to answer', async () => traffic.by('s0') > 20)
        server.kill(signal)
        await until('s0 to be down', async () => (await stateOf(place.runtimeSocket)) === 'DOWN')
        await endProcess(server)
        const { answers, lost } = await traffic.stop()
        t.strictSame(lost, [], `crash ${crash}: ${answers} answers`)
      }
    })
  }
}

/** A web application in this process. */
async function listen(t: Tidy, port: number): Promise<void> {
  const server = createServer((_request, response) => response.end('healthy')).listen(port, host)
  t.teardown(() => server.close().closeAllConnections())
  await once(server, 'listening')
}

/** A web application in a process of its own, which can be killed. */
async function listenApart(t: Tidy, port: number): Promise<ChildProcess> {
  const code = `require('node:http').createServer((request, response) => response.end('s0'))
    .listen(${port}, '${host}', () => console.log('ready'))`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => endProcess(child))
  await once(child.stdout, 'data')
  return child
}

/** `UP` or `DOWN`, or on the way: `UP 1/2`. */
async function stateOf(socket: string): Promise<string | undefined> {
  const connection = connect(socket)
  connection.write('show stat\n')
  const lines = (await readAll(connection)).split('\n')
  return lines.find(line => line.startsWith('nodes,s0,'))?.split(',')[17]
}

/** Clients that ask over and over, each request on a connection of its own. */
function startClients(port: number): {
  by(name: string): number
  stop(): Promise<{ answers: number; lost: readonly string[] }>
} {
  const answers: string[] = []
  const lost: string[] = []
  let isOver = false
  const running = Array.from({ length: clients }, async () => {
    while (!isOver) {
      await ask(port).then(
        answer => answers.push(answer),
        (error: Error) => lost.push(error.message),
      )
    }
  })
  return {
    by: name => answers.filter(answer => answer === name).length,
    async stop() {
      isOver = true
      await Promise.all(running)
      return { answers: answers.length, lost }
    },
  }
}

async function ask(port: number): Promise<string> {
  const request = get({ host, port, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const body = await readAll(response)
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
  return body
}
