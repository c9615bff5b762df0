import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  endProcess,
  gossipKey,
  missingProgram,
  startHaproxy,
  startSerfAgent,
  temporaryFolder,
  until,
} from 'real-components'
import t, { type Test } from 'tap'
import { bin, runCommand, writeConfiguration } from '../run-command.js'
import { notifiedSupervisor } from './notified-supervisor.js'

const skip = missingProgram('serf', 'haproxy', 'systemd-notify', 'systemd-socket-activate')

/** An agent as systemd and s6 together would start it, whose HAProxy does not run yet. */
async function startSupervised(t: Test, socketOf: (folder: string) => string) {
  const folder = temporaryFolder(t)
  const lb = await startSerfAgent(t, { name: 'lb', key: gossipKey() })
  const rpc = `${lb.address}:${lb.rpcPort}`
  const file = await writeConfiguration(folder, { rpc, more: 'reconcileMs: 200' })
  const socket = socketOf(folder)
  const { messages } = await notifiedSupervisor(t, socket)
  const { PATH } = process.env
  const child = spawn(process.execPath, [bin, 'run', '--config', file, '--notify-fd', '3'], {
    env: { PATH, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '500000' },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  t.teardown(() => endProcess(child))
  const text = { log: '', notified: '' }
  child.stdout?.setEncoding('utf8').on('data', (more: string) => (text.log += more))
  child.stdio[3]?.on('data', (more: Buffer) => (text.notified += more.toString()))
  const place = {
    folder,
    configFile: join(folder, 'haproxy.cfg'),
    runtimeSocket: join(folder, 'runtime.sock'),
    masterSocket: join(folder, 'master.sock'),
  }
  return { child, place, text, messages }
}

t.test(
  'systemd and s6 learn when the agent is ready, and systemd that it is alive, reloads and stops',
  { skip },
  async t => {
    const { child, place, text, messages } = await startSupervised(t, folder =>
      join(folder, 'notify'),
    )
    const has = (line: string | RegExp) =>
      messages()
        .flat()
        .some(each => (typeof line === 'string' ? each === line : line.test(each)))
    await until('the reason', () => has(/^STATUS=not ready: .*HAProxy does not answer/))
    t.notOk(has('READY=1'))
    t.equal(text.notified, '')
    await until('the file', () => existsSync(place.configFile))
    await startHaproxy(t, place)
    await until('the agent to be ready', () => has('READY=1') && has(/^STATUS=following: /))
    await until('the line for s6', () => text.notified === '\n')
    await until('a sign of life', () => has('WATCHDOG=1'))
    child.kill('SIGHUP')
    await until('the end of the reload', () => {
      const states = messages()
        .flat()
        .filter(line => /^(?:READY|RELOADING)=/.test(line))
      return states.join(' ').endsWith('READY=1 RELOADING=1 READY=1')
    })
    child.kill('SIGTERM')
    const exit = await new Promise(resolve => child.once('exit', (...how) => resolve(how)))
    t.strictSame(exit, [0, null])
    await until('the stop', () => has('STOPPING=1'))
    t.equal(text.notified, '\n')
    t.notMatch(text.log, /not notified/)
  },
)

t.test('the socket may be an abstract name', { skip }, async t => {
  const { messages } = await startSupervised(t, folder => `@${folder}`)
  await until('a sign of life', () => messages().flat().includes('WATCHDOG=1'))
})

t.test('a descriptor that is not open is refused with the remedy', async t => {
  const file = await writeConfiguration(temporaryFolder(t))
  t.match(await runCommand('run', '--config', file, '--notify-fd', '999'), {
    code: 2,
    stderr: /--notify-fd 999: expected an open pipe, got EBADF; .*notification-fd must contain 999/,
  })
  t.match(await runCommand('run', '--config', file, '--notify-fd', '1'), {
    code: 2,
    stderr: /Expected the number of a descriptor, from 3 on, got 1/,
  })
})
