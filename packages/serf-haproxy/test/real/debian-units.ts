import { existsSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { createRuntimeClient } from 'haproxy-runtime'
import { until } from 'real-components'
import type { Running, Shell } from './shell.js'

/** A unit of systemd. */
export type Unit = 'serf' | 'haproxy' | 'serf-haproxy'

/** The places of a machine that its units need. */
export interface UnitPlaces {
  /** Returns the path of a file of Debian. */
  place(path: string): string
  /** HAProxy's configuration file. */
  readonly configFile: string
  /** Text before each command: variables of the shell. */
  readonly before: () => string
}

/**
 * Follows an agent as its page does, until it ends: on a busy machine it would otherwise
 * poll HAProxy once in minutes, and `status` would be as old.
 */
function watch(socketPath: string): void {
  if (!existsSync(socketPath)) return
  get({ socketPath, path: '/events', agent: false }, response =>
    response.on('error', () => {}).resume(),
  ).on('error', () => {})
}

/** Starts a Serf agent with a configuration file. */
export async function startSerf({ launch }: Shell, config: string): Promise<Running> {
  const running = launch(`exec serf agent -config-file=${config}`)
  await until('the Serf agent', () => {
    if (running.output().includes(' exited with ')) throw new Error(running.output())
    return running.output().includes('Serf agent running')
  })
  return running
}

/** Returns `systemctl VERB UNIT` of a machine: its units are processes of the shell. */
export function unitsOf(shell: Shell, { place, configFile, before }: UnitPlaces) {
  const running = new Map<Unit, Running>()
  const starts: Readonly<Record<Unit, () => Promise<Running>>> = {
    serf: () => startSerf(shell, place('/etc/serf/serf.json')),
    async haproxy() {
      const [master, pid] = [place('/run/haproxy-master.sock'), place('/run/haproxy.pid')]
      const own = place('/usr/sbin/haproxy')
      const binary = existsSync(own) ? own : 'haproxy'
      const program = shell.launch(
        `${before()}exec ${binary} -W -S ${master} -p ${pid} -f ${configFile}`,
      )
      const runtime = createRuntimeClient({ socket: place('/run/haproxy/admin.sock') })
      await until('HAProxy', () =>
        runtime.info().then(
          () => true,
          () => false,
        ),
      )
      return program
    },
    async 'serf-haproxy'() {
      const config = place('/etc/serf-haproxy/serf-haproxy.yaml')
      const program = shell.launch(`${before()}exec serf-haproxy run --config ${config}`)
      await until('the agent', () => existsSync(`${configFile}.lock`))
      watch(place('/var/lib/serf-haproxy/state/control.sock'))
      return program
    },
  }
  const stop = async (unit: Unit) => {
    // Debian's unit of Serf has `KillSignal=SIGINT`: the member leaves.
    await running.get(unit)?.stop(unit === 'serf' ? 'SIGINT' : 'SIGTERM')
    running.delete(unit)
  }
  return async (verb: string, unit: Unit): Promise<void> => {
    if (verb === 'reload') {
      process.kill(Number(readFileSync(place('/run/haproxy.pid'), 'utf8')), 'SIGUSR2')
      return
    }
    if (verb !== 'start') await stop(unit)
    if (verb !== 'stop') running.set(unit, await starts[unit]())
  }
}
