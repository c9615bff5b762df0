import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  endProcess,
  freePort,
  haproxyHead,
  haproxyPlace,
  haproxyReleases,
  missingProgram,
  startHaproxy,
  until,
  type Tidy,
} from 'real-components'
import t from 'tap'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'

const skip = missingProgram('haproxy')
const releases = skip ? [] : haproxyReleases()

/** The codes of the findings. */
const codesOf = (configuration: string) => lintConfiguration(configuration).map(({ code }) => code)

/** Starts HAProxy with these sections, and returns what sends it commands. */
async function run(t: Tidy, program: string, sections: string) {
  const place = haproxyPlace(t)
  await startHaproxy(t, place, `${haproxyHead(place)}${sections}`, program)
  return (command: string) => ask(place.runtimeSocket, command)
}

function ask(path: string, command: string): Promise<string> {
  const socket = connect(path)
  socket.end(`${command}\n`)
  return text(socket)
}

/** Asks a port for a page until both frontends answered, or often enough to be sure; returns the answers. */
async function answers(host: string, port: number): Promise<Set<string>> {
  const seen = new Set<string>()
  for (let i = 0; i < 60 && seen.size < 2; i++) {
    const socket = connect(port, host)
    socket.end('GET / HTTP/1.0\r\n\r\n')
    seen.add((await text(socket)).split('\r\n\r\n')[1] ?? '')
  }
  return seen
}

const frontend = (name: string, lines: string) =>
  `frontend ${name}\n  ${lines}\n  http-request return status 200 content-type text/plain string ${name}\n`

/** Two bind lines and a host that is in both; PORT and NEXT stand for two ports. */
const bindPairs: readonly (readonly [string, string, string])[] = [
  ['bind *:PORT', 'bind 0.0.0.0:PORT', '127.0.0.1'],
  ['bind *:PORT', 'bind ipv4@:0PORT', '127.0.0.1'],
  ['bind *:PORT', 'bind 127.0.0.1:PORT', '127.0.0.1'],
  ['bind *:PORT', 'bind *:PORT interface lo', '127.0.0.1'],
  ['bind *:PORT', 'bind *:NEXT,*:PORT', '127.0.0.1'],
  ['bind *:PORT', 'bind *:PORT-NEXT', '127.0.0.1'],
  ['bind *:PORT thread 1', 'bind *:PORT thread 2', '127.0.0.1'],
  ['bind *:PORT id 1', 'bind *:PORT id 2', '127.0.0.1'],
  ['bind *:PORT shards 2', 'bind *:PORT', '127.0.0.1'],
  ['bind *:PORT', 'bind :::PORT v4v6', '127.0.0.1'],
  ['bind :::PORT v6only', 'bind :::PORT v4v6', '::1'],
  ['bind :::PORT', 'bind ipv6@*:PORT', '::1'],
  ['bind ::1:PORT', 'bind [0:0:0:0:0:0:0:1]:PORT', '::1'],
  ['bind ::ffff:127.0.0.1:PORT', 'bind 127.0.0.1:PORT', '127.0.0.1'],
  ['bind *:PORT', 'bind *:PORT\n  disabled', '127.0.0.1'],
]

/** Lines of an algorithm; the last of each kind counts. */
const algorithms = [
  'balance static-rr',
  'balance source',
  'balance source\n  balance roundrobin',
  'balance roundrobin\n  balance uri',
  'balance hdr(host)\n  hash-type consistent',
  'hash-type consistent\n  balance source\n  hash-type map-based',
  'balance url_param id',
  'balance rdp-cookie',
  'balance first',
  'balance leastconn',
  'balance random',
]

t.test('HAProxy is there', { skip }, async t => t.not(releases.length, 0))

for (const { version, program } of releases) {
  for (const [one, two, host] of bindPairs) {
    t.test(
      `${version} shares connections of ${one} and ${two.replace('\n', ',')} as the lint says`,
      async t => {
        const port = await freePort('0.0.0.0')
        const sections = (frontend('one', one) + frontend('two', two))
          .replaceAll('PORT', `${port}`)
          .replaceAll('NEXT', `${port + 1}`)
        await run(t, program, sections)
        const seen = await answers(host, port)
        const isFound = codesOf(sections).includes('clashing-bind')
        t.equal(seen.size, isFound ? 2 : 1, [...seen].join(' '))
      },
    )
  }

  t.test(`${version} gives a Unix socket to the last of two frontends`, async t => {
    const path = join(haproxyPlace(t).folder, 'web')
    const sections = frontend('one', `bind ${path}`) + frontend('two', `bind unix@${path}`)
    await run(t, program, sections)
    for (let i = 0; i < 10; i++) t.match(await ask(path, 'GET / HTTP/1.0\r\n\r'), /two$/)
    t.match(
      lintConfiguration(sections).find(({ code }) => code === 'clashing-bind'),
      {
        message: /only one of them can have it/,
      },
    )
  })

  t.test(`${version} adds servers at run time unless the algorithm is static`, async t => {
    const backends = algorithms.map(
      (lines, i) => `backend b${i}\n  ${lines}\n  server a 127.0.0.1:9 check\n`,
    )
    const send = await run(t, program, backends.join(''))
    for (const [i, backend] of backends.entries()) {
      const reply = await send(`add server b${i}/b 127.0.0.1:9`)
      const isStatic = /dynamic load balancing/.test(reply)
      t.equal(codesOf(backend).includes('static-balance'), isStatic, `${backend}${reply}`)
    }
  })

  t.test(`${version} warns of the timeouts that the lint misses`, async t => {
    const folder = haproxyPlace(t).folder
    const lines = ['', 'timeout client 0', 'timeout client 0ms', 'timeout client 1s']
    for (const own of lines.flatMap(one => lines.map(two => `${one}\n  ${two}`))) {
      for (const inherited of lines) {
        const sections = `defaults\n  mode tcp\n  ${inherited}\nfrontend f\n  bind 127.0.0.1:1\n  ${own}\n`
        writeFileSync(join(folder, 'cfg'), sections)
        const { stderr } = spawnSync(program, ['-c', '-f', join(folder, 'cfg')], {
          encoding: 'utf8',
        })
        const isWarned = stderr.includes("missing timeouts for frontend 'f'")
        t.equal(codesOf(sections).includes('missing-timeout'), isWarned, sections)
      }
    }
  })

  t.test(`${version} gives a socket the level that the lint reads`, async t => {
    const { folder } = haproxyPlace(t)
    const levels = [
      'level admin',
      'level admin level user',
      'level user level admin',
      'name admin level operator',
      'level operator name admin',
      '',
    ]
    const sockets = levels.map((words, i) => `  stats socket ${join(folder, `s${i}`)} ${words}\n`)
    const send = await run(t, program, `global\n${sockets.join('')}backend b\n`)
    t.match(await send('show cli level'), /admin/)
    for (const [i, socket] of sockets.entries()) {
      const level = (await ask(join(folder, `s${i}`), 'show cli level')).trim()
      const isMissing = codesOf(`global\n${socket}`).includes('missing-admin-socket')
      t.equal(isMissing, level !== 'admin', socket)
    }
  })

  t.test(`${version} leaves a server up whose agent does not answer`, async t => {
    const [dead, agent] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
    const words = (name: string, options: string) =>
      `  server ${name} 127.0.0.1:${dead} ${options} inter 10ms fastinter 10ms agent-inter 10ms agent-port ${agent}\n`
    const sections = `backend b\n${words('agent', 'agent-check')}${words('both', 'agent-check check')}`
    const send = await run(t, program, sections)
    await until('the health check to fail', async () => (await row(send, 'both')).status === 'DOWN')
    await until('the agent to be asked', async () =>
      (await row(send, 'agent')).agent_status?.includes('L4CON'),
    )
    t.match((await row(send, 'agent')).status, /^(?:UP|no check)$/)
    t.match(
      lintConfiguration(sections).filter(({ code }) => code === 'unchecked-server'),
      [{ line: 2, message: /HAProxy ignores an agent that does not answer/ }],
    )
  })

  t.test(`${version} never ends a session with hard-stop-after 0`, async t => {
    const start = async (lines: string) => {
      const port = await freePort('127.0.0.1')
      const configuration = `global\n  ${lines}\n${waitingFrontend(port)}`
      const isMissing = codesOf(configuration).includes('missing-hard-stop')
      return { child: await withSession(t, program, configuration, port), isMissing }
    }
    const endless = [
      await start('hard-stop-after 0'),
      await start('hard-stop-after 100ms\n  hard-stop-after 0'),
    ]
    const ending = await start('hard-stop-after 0\nglobal\n  hard-stop-after 100ms')
    // Each gets the signal of a reload; the one with a limit is the last.
    for (const { child } of [...endless, ending]) child.kill('SIGUSR1')
    await once(ending.child, 'exit')
    t.strictSame(
      endless.map(({ child, isMissing }) => [child.exitCode, isMissing]),
      [
        [null, true],
        [null, true],
      ],
    )
    t.equal(ending.isMissing, false)
  })
}

/** The statistics of a server. */
async function row(send: (command: string) => Promise<string>, server: string) {
  const lines = (await send('show stat')).split('\n').map(line => line.split(','))
  const found = lines.find(([, name]) => name === server)
  return Object.fromEntries((lines[0] ?? []).map((column, i) => [column, found?.[i]]))
}

/** A frontend that keeps a session and waits for its data. */
const waitingFrontend = (port: number) => `defaults
  mode tcp
  timeout client 1m
frontend f
  bind 127.0.0.1:${port}
  tcp-request inspect-delay 1m
  tcp-request content accept if { req.len gt 99 }
`

/** Starts HAProxy without a master, and opens a session. */
async function withSession(t: Tidy, program: string, configuration: string, port: number) {
  const { folder, runtimeSocket } = haproxyPlace(t)
  const file = join(folder, 'cfg')
  writeFileSync(file, `global\n  stats socket ${runtimeSocket}\n${configuration}`)
  const child = spawn(program, ['-db', '-f', file], { stdio: 'ignore' })
  t.teardown(() => endProcess(child))
  const socket = await until('HAProxy to listen', () => connected(port))
  socket.on('error', () => {})
  t.teardown(() => socket.destroy())
  await until('the session to begin', async () =>
    // HAProxy listens for clients before it has its stats socket.
    /^f,FRONTEND,,,1,/m.test(await ask(runtimeSocket, 'show stat').catch(() => '')),
  )
  return child
}

function connected(port: number): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket)).once('error', () => resolve(undefined))
  })
}
