import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { endProcess, temporaryFolder, until } from 'real-components'
import t from 'tap'
import { createMasterClient } from '../src/master.js'
import { fakeHaproxySocket } from './fake-haproxy-socket.js'

const processes = (reloads: number, worker: number, failed = 0) =>
  `#<PID>  <type>  <reloads>  <uptime>  <version>\n1  master  ${reloads} [failed: ${failed}]  0d00h00m01s  3.0.11\n` +
  `# workers\n${worker}  worker  0  0d00h00m01s  3.0.11\n# programs\n\n`

/** A master whose `show proc` returns `tables` one after the other, and then always the last. */
const master = (reloadReply: string, ...tables: string[]) => {
  let next = 0
  return (connection: Socket, request: string) => {
    if (request.startsWith('reload')) connection.end(reloadReply)
    else connection.end(tables[Math.min(next++, tables.length - 1)] ?? '')
  }
}

t.test('the result of a reload is the one that the master reports', async t => {
  const log = '[NOTICE] (1) : New worker (8) forked\n[NOTICE] (1) : Loading success.'
  const haproxy = await fakeHaproxySocket(
    t,
    master(`Success=1\n--\n${log}\n\n`, processes(0, 7), processes(1, 8)),
  )
  const result = await createMasterClient({ socket: haproxy.path }).reload()
  t.match(result, { ok: true, report: log, processes: { workers: [8] } })
})

t.test('a reported failure is a result, with the log', async t => {
  const haproxy = await fakeHaproxySocket(
    t,
    master('Success=0\n--\n[ALERT] cannot bind socket\n\n', processes(0, 7), processes(1, 7, 1)),
  )
  const result = await createMasterClient({ socket: haproxy.path }).reload()
  t.match(result, { ok: false, report: '[ALERT] cannot bind socket', processes: { workers: [7] } })
})

t.test('a master without a report is judged by its count of failures', async t => {
  const worked = await fakeHaproxySocket(t, master('', processes(4, 7), processes(5, 8)))
  t.match(await createMasterClient({ socket: worked.path }).reload(), { ok: true, report: '' })
  const failed = await fakeHaproxySocket(t, master('', processes(4, 7), processes(5, 7, 1)))
  t.match(await createMasterClient({ socket: failed.path }).reload(), { ok: false, report: '' })
})

t.test(
  'empty replies and the old count are ignored while the master re-executes itself',
  async t => {
    const haproxy = await fakeHaproxySocket(
      t,
      master('', processes(0, 7), '', processes(0, 7), '', processes(1, 8)),
    )
    const result = await createMasterClient({ socket: haproxy.path }).reload()
    t.match(result, { ok: true, processes: { master: { reloads: 1 }, workers: [8] } })
  },
)

t.test('a connection that the reload resets is not a failure', async t => {
  const socket = join(temporaryFolder(t), 'master.sock')
  const tables = [processes(0, 7), undefined, processes(1, 8)]
  const server = createServer({ pauseOnConnect: true }, connection => {
    const table = tables.shift()
    if (table !== undefined) connection.end(table).resume()
    else void resetUnread(connection)
  })
  t.teardown(() => server.close())
  server.listen(socket)
  await once(server, 'listening')
  t.match(await createMasterClient({ socket }).reload(), { ok: true, processes: { workers: [8] } })
  t.strictSame(tables, [])
})

/** Closing with unread data resets the connection; the client sends within a turn or two. */
async function resetUnread(connection: Socket): Promise<void> {
  for (let i = 0; i < 10; i++) await turn()
  connection.destroy()
}

t.test('processes waits for a master that re-executes itself', async t => {
  const haproxy = await fakeHaproxySocket(t, master('', '', '', processes(3, 9)))
  t.match(await createMasterClient({ socket: haproxy.path }).processes(), { workers: [9] })
})

t.test('a master that keeps refusing connections is unreachable', async t => {
  const socket = join(temporaryFolder(t), 'master.sock')
  // Connecting to what is no socket is refused.
  writeFileSync(socket, '')
  await t.rejects(createMasterClient({ socket }).processes(), {
    name: 'HaproxyError',
    code: 'unreachable',
    cause: { code: 'ECONNREFUSED' },
  })
})

t.test('an answer that is no process table is a protocol error at once', async t => {
  const haproxy = await fakeHaproxySocket(t, master('', 'Permission denied\n', processes(0, 7)))
  await t.rejects(createMasterClient({ socket: haproxy.path }).reload(), { code: 'protocol' })
  t.equal(haproxy.requests.length, 1)
})

t.test('a reload that never ends is a timeout', async t => {
  const haproxy = await fakeHaproxySocket(t, master('', processes(0, 7)))
  await t.rejects(createMasterClient({ socket: haproxy.path }).reload({ timeoutMs: 60 }), {
    name: 'HaproxyError',
    code: 'timeout',
    message: /within 60 ms/,
  })
})

t.test('a master that hangs is a timeout', async t => {
  const haproxy = await fakeHaproxySocket(t, () => {})
  const reload = createMasterClient({ socket: haproxy.path }).reload({ timeoutMs: 60 })
  await t.rejects(reload, { name: 'HaproxyError', code: 'timeout' })
})

t.test('a master that is away is unreachable, before any reload is asked for', async t => {
  const socket = join(temporaryFolder(t), 'master.sock')
  await t.rejects(createMasterClient({ socket }).reload(), { code: 'unreachable' })
  await t.rejects(createMasterClient({ socket }).processes(), { code: 'unreachable' })
})

t.test('an abort ends the wait for the outcome, with its own reason', async t => {
  const haproxy = await fakeHaproxySocket(t, master('', processes(0, 7)))
  const controller = new AbortController()
  const reload = createMasterClient({ socket: haproxy.path }).reload({ signal: controller.signal })
  const rejected = t.rejects(reload, { message: 'enough' })
  await until('the reload', () => haproxy.requests.includes('reload\n'))
  controller.abort(new Error('enough'))
  await rejected
  await until('the connections to close', () => haproxy.open() === 0)
})

t.test('a HAProxy that exits during its reload is a failed reload', async t => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'])
  t.teardown(() => endProcess(child, 'SIGKILL'))
  const table = processes(0, 7).replace('1  master', `${child.pid}  master`)
  const haproxy = await fakeHaproxySocket(t, (connection, request) => {
    if (!request.startsWith('reload')) return connection.end(table)
    // It goes before its answer comes.
    return void endProcess(child, 'SIGKILL').then(() => connection.end())
  })
  const result = await createMasterClient({ socket: haproxy.path }).reload()
  t.match(result, { ok: false, report: /^HAProxy exited during the reload/ })
  t.strictSame(result.processes.workers, [])
})

t.test('a master without any worker is a failed reload', async t => {
  const workerless = processes(1, 8).replace(/^8 .*\n/m, '')
  const haproxy = await fakeHaproxySocket(t, master('', processes(0, 7), workerless))
  t.match(await createMasterClient({ socket: haproxy.path }).reload(), {
    ok: false,
    report: /^HAProxy exited during the reload/,
    processes: { master: { reloads: 1 }, workers: [] },
  })
})
