import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { endProcess, temporaryFolder, type Tidy } from './cleanup.js'
import { until } from './until.js'

/** Paths of a real HAProxy. */
export interface HaproxyPlace {
  readonly folder: string
  readonly configFile: string
  readonly runtimeSocket: string
  readonly masterSocket: string
}

/** Returns paths for one HAProxy, in a folder that is removed after the test. */
export function haproxyPlace(t: Tidy): HaproxyPlace {
  const folder = temporaryFolder(t)
  return {
    folder,
    configFile: join(folder, 'haproxy.cfg'),
    runtimeSocket: join(folder, 'runtime.sock'),
    masterSocket: join(folder, 'master.sock'),
  }
}

/**
 * Starts a real HAProxy in master-worker mode and waits until a worker serves.
 * The configuration has to declare `stats socket` at the place's runtimeSocket.
 * {@link haproxyReleases} lists the programs.
 */
export async function startHaproxy(
  t: Tidy,
  place: HaproxyPlace,
  config?: string,
  program = 'haproxy',
  more: readonly string[] = [],
): Promise<ChildProcess> {
  if (config !== undefined) writeFileSync(place.configFile, config)
  const args = ['-W', '-db', '-S', place.masterSocket, '-f', place.configFile, ...more]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(async () => {
    await endProcess(child, 'SIGTERM')
    endWorkersLeft(place)
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  await until('HAProxy to serve', async () => {
    if (child.exitCode !== null) throw new Error(`haproxy exited:\n${output}`)
    return (await accepts(place.runtimeSocket)) && (await accepts(place.masterSocket))
  })
  return child
}

/**
 * Kills workers that outlived their master. The master was killed, or it exited
 * while a new worker sent SIGTTOU to an old one that no longer handled the
 * signal. Such a worker stays stopped and keeps our pipes open.
 */
function endWorkersLeft({ configFile }: HaproxyPlace): void {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (words.includes(configFile)) process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has exited in the meantime.
    }
  }
}

function accepts(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
