import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
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
  // SIGTERM, not SIGKILL: a killed master would leave its worker behind.
  t.teardown(() => endProcess(child, 'SIGTERM'))
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

function accepts(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
