import { runProgram } from 'haproxy-config-text/program'
import { createMasterClient, createRuntimeClient, HaproxyError } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import { findRunning } from '../haproxy/haproxy-check.js'
import { plural } from 'command-line-program'
import { fail, ok, warn, type Finding } from './finding.js'
import { socketRemedy } from './socket-access.js'

const oldest = [2, 6] as const
const oldWorkersAlarm = 5
/** Time after which a program that does not print its version is killed, in milliseconds. */
const versionTimeoutMs = 5000

/** Checks the haproxy program, the running worker and the master, and that their versions agree. */
export async function checkHaproxy(
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { haproxy } = configuration
  const running =
    haproxy.binary === undefined ? await findRunning(configuration, signal) : undefined
  const [program, worker, master] = await Promise.all([
    checkProgram(haproxy.binary ?? running?.binary ?? 'haproxy', signal),
    checkWorker(haproxy.runtimeSocket, signal),
    haproxy.masterSocket === undefined ? [] : checkMaster(haproxy.masterSocket, signal),
  ])
  const differ =
    program.version !== undefined &&
    worker.version !== undefined &&
    program.version !== worker.version
      ? [
          warn(
            'HAProxy',
            `the running worker is ${worker.version}, but ${program.version} validates configurations`,
            'reload HAProxy, whose master then starts the new program, or set `haproxy.binary` to the running one',
          ),
        ]
      : []
  return [...program.findings, ...worker.findings, ...master, ...differ]
}

interface Release {
  readonly findings: readonly Finding[]
  readonly version?: string
}

async function checkProgram(binary: string, signal: AbortSignal): Promise<Release> {
  const limits = { timeoutMs: versionTimeoutMs, signal }
  const { error, stdout } = await runProgram(binary, ['-v'], limits)
  const [, version = '', major, minor] = /version ((\d+)\.(\d+)\S*)/.exec(stdout) ?? []
  if (error || version === '') {
    const text = `cannot run ${binary}: ${error?.message.split('\n')[0] ?? 'it prints no version'}`
    return { findings: [fail('HAProxy', text, 'install it, or set `haproxy.binary`')] }
  }
  const isOld = Number(major) - oldest[0] || Number(minor) - oldest[1]
  const required = oldest.join('.')
  const finding =
    isOld < 0
      ? fail(
          'HAProxy',
          `${binary}: expected version ${required} or later, got ${version}`,
          `upgrade it to ${required} or later`,
        )
      : ok('HAProxy', `${binary} is ${version}`)
  return { findings: [finding], version }
}

async function checkWorker(socket: string, signal: AbortSignal): Promise<Release> {
  const runtime = createRuntimeClient({ socket })
  try {
    const { version, pid, uptimeSeconds } = await runtime.info({ signal })
    const [level] = await runtime.batch([{ text: 'show cli level', done: /^admin$/ }], { signal })
    const answers = `worker ${pid} answers on ${socket}, up for ${uptimeSeconds} s`
    return {
      version,
      findings: [
        level?.done === true
          ? ok('runtime socket', answers)
          : fail(
              'runtime socket',
              `${answers}: expected level admin, got ${level?.reply.slice(0, 40)}`,
              'add `level admin` to its `stats socket` line',
            ),
      ],
    }
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    return {
      findings: [
        fail('runtime socket', error.message, socketRemedy('haproxy.runtimeSocket', socket, error)),
      ],
    }
  }
}

async function checkMaster(socket: string, signal: AbortSignal): Promise<readonly Finding[]> {
  try {
    const { master, oldWorkers } = await createMasterClient({ socket }).processes({ signal })
    return [
      master.failed > 0
        ? warn(
            'master socket',
            master.failed === 1
              ? 'the last reload failed'
              : `the last ${master.failed} reloads failed`,
            'run `serf-haproxy check`',
          )
        : ok('master socket', `answers on ${socket}; ${plural(master.reloads, 'reload')} so far`),
      ...(oldWorkers.length >= oldWorkersAlarm
        ? [
            warn(
              'old workers',
              `${oldWorkers.length} old workers still have open sessions`,
              'set `hard-stop-after` in the template',
            ),
          ]
        : []),
    ]
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    return [
      fail('master socket', error.message, socketRemedy('haproxy.masterSocket', socket, error)),
    ]
  }
}
