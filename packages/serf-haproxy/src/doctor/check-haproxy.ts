import { execFile } from 'node:child_process'
import { createMasterClient, createRuntimeClient, HaproxyError } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import { bad, good, look, type Finding } from './finding.js'

const oldest = [2, 6] as const
const oldWorkersAlarm = 5

/** The program, the running worker, the way to reload, and whether they are of one release. */
export async function checkHaproxy(
  { haproxy }: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const [program, worker, master] = await Promise.all([
    checkProgram(haproxy.binary, signal),
    checkWorker(haproxy.runtimeSocket, signal),
    haproxy.masterSocket === undefined ? [] : checkMaster(haproxy.masterSocket, signal),
  ])
  const differ =
    program.version !== undefined &&
    worker.version !== undefined &&
    program.version !== worker.version
      ? [
          look(
            'HAProxy',
            `${worker.version} runs, and ${program.version} checks configurations`,
            'restart HAProxy, or name the program that runs in `haproxy.binary`',
          ),
        ]
      : []
  return [...program.findings, ...worker.findings, ...master, ...differ]
}

interface Release {
  readonly findings: readonly Finding[]
  readonly version?: string
}

function checkProgram(binary: string, signal: AbortSignal): Promise<Release> {
  return new Promise(resolve => {
    execFile(binary, ['-v'], { signal }, (error, stdout) => {
      const [, version = '', major, minor] = /version ((\d+)\.(\d+)\S*)/.exec(stdout) ?? []
      if (error || version === '') {
        const text = `${binary} cannot be run: ${error?.message.split('\n')[0] ?? 'it tells no version'}`
        resolve({ findings: [bad('HAProxy', text, 'install it, or set `haproxy.binary`')] })
        return
      }
      const isOld = Number(major) - oldest[0] || Number(minor) - oldest[1]
      const wanted = oldest.join('.')
      const finding =
        isOld < 0
          ? bad('HAProxy', `${binary} is ${version}`, `wanted ${wanted} or later: upgrade it`)
          : good('HAProxy', `${binary} is ${version}`)
      resolve({ findings: [finding], version })
    })
  })
}

async function checkWorker(socket: string, signal: AbortSignal): Promise<Release> {
  const runtime = createRuntimeClient({ socket })
  try {
    const { version, pid, uptimeSeconds } = await runtime.info({ signal })
    const [level] = await runtime.batch([{ text: 'show cli level', done: /^admin$/ }], { signal })
    const answers = `worker ${pid} answers at ${socket}, up for ${uptimeSeconds} s`
    return {
      version,
      findings: [
        level?.done === true
          ? good('runtime socket', answers)
          : bad(
              'runtime socket',
              `${answers}, with the level ${level?.reply.slice(0, 40)}`,
              'declare it with `level admin`',
            ),
      ],
    }
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    return {
      findings: [bad('runtime socket', error.message, socketRemedy('haproxy.runtimeSocket'))],
    }
  }
}

async function checkMaster(socket: string, signal: AbortSignal): Promise<readonly Finding[]> {
  try {
    const { master, oldWorkers } = await createMasterClient({ socket }).processes({ signal })
    return [
      master.failed > 0
        ? look(
            'master socket',
            `the last ${master.failed} reloads failed`,
            'have `serf-haproxy check` say what HAProxy refuses',
          )
        : good('master socket', `answers; ${master.reloads} reloads so far`),
      ...(oldWorkers.length >= oldWorkersAlarm
        ? [
            look(
              'old workers',
              `${oldWorkers.length} still finish their sessions`,
              'set `hard-stop-after` in the template',
            ),
          ]
        : []),
    ]
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    return [bad('master socket', error.message, socketRemedy('haproxy.masterSocket'))]
  }
}

function socketRemedy(setting: string): string {
  return `start HAProxy with \`-W -S\`, correct \`${setting}\`, or run as a user that may open it`
}
