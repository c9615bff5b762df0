import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { endProcess, temporaryFolder, type Tidy } from './cleanup.js'
import { until } from './until.js'

/** A place for a real HAProxy: its paths, before and while it runs. */
export interface HaproxyPlace {
  readonly folder: string
  readonly configFile: string
  readonly runtimeSocket: string
  readonly masterSocket: string
}

/** Paths for one HAProxy, in a folder that goes with the test. */
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
 * Which HAProxy: see {@link haproxyReleases}.
 */
export async function startHaproxy(
  t: Tidy,
  place: HaproxyPlace,
  config?: string,
  program = 'haproxy',
): Promise<ChildProcess> {
  if (config !== undefined) writeFileSync(place.configFile, config)
  const child = spawn(program, ['-W', '-db', '-S', place.masterSocket, '-f', place.configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(async () => {
    await endProcess(child, 'SIGTERM')
    endWorkersLeft(place)
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  await until('HAProxy to serve', async () => {
    if (child.exitCode !== null) throw new Error(`haproxy ended:\n${output}`)
    return (await accepts(place.runtimeSocket)) && (await accepts(place.masterSocket))
  })
  return child
}

/**
 * Ends the workers that outlived their master: it was killed, or it went while
 * a new worker stopped an old one (SIGTTOU) that no longer took that as a
 * message, which stays stopped for ever, and keeps our pipes open.
 */
function endWorkersLeft({ configFile }: HaproxyPlace): void {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (words.includes(configFile)) process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended meanwhile.
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
