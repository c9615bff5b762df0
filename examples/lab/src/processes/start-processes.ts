import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../lab-error.js'
import { servicesOf, type NodePaths } from './node-files.js'
import { nodeReady } from './node-ready.js'
import { addressOf, balancer, ports, type Place } from '../engine/place.js'
import { identify, isRunning, markName, type ProcessId } from './processes.js'
import { roleOf, type Stage } from '../engine/stage.js'
import { until } from '../until.js'

/** Starts a node's first process: the supervisor, or its only service where the stage has none. */
export async function spawnNode(
  node: string,
  { scan, logs, folder }: NodePaths,
  stage: Stage,
  environment: Readonly<Record<string, string>>,
  mark: string,
): Promise<ProcessId> {
  const log = stage.isSupervised ? 'supervisor.log' : 'output.log'
  const [program, args] = stage.isSupervised
    ? ['s6-svscan', [scan]]
    : ['/bin/sh', ['-c', await onlyCommand(stage, node)]]
  const output = await open(join(logs, log), 'a')
  const child = spawn(program, args, {
    // A session of its own: Ctrl-C in this terminal is not for it.
    detached: true,
    cwd: folder,
    env: { ...environment, [markName]: mark },
    stdio: ['ignore', output.fd, output.fd],
  })
  child.unref()
  await output.close()
  const identity = child.pid === undefined ? undefined : await identify(child.pid)
  if (!identity) throw new LabError(`${program} did not start for ${node}; see ${logs}/${log}`)
  return identity
}

/** Resolves when a node does its work; rejects where it does not come to that. */
export async function awaitNode(
  place: Place,
  node: string,
  paths: NodePaths,
  stage: Stage,
  identity: ProcessId,
): Promise<void> {
  if (stage.isSupervised) return nodeReady(paths)
  const port = node === balancer ? ports.traffic : ports.application
  const host = addressOf(place, node)
  await until(`node ${node} to listen on ${host}:${port}`, async () => {
    if (!(await isRunning(identity))) throw new Error(`it ended; see ${paths.logs}/output.log`)
    return accepts(host, port)
  })
}

/** The shell text of the one service that an unsupervised node consists of. */
async function onlyCommand(stage: Stage, node: string): Promise<string> {
  const [service, ...others] = Object.values(await servicesOf(stage, roleOf(node)))
  if (others.length > 0 || !service || !('run' in service)) {
    throw new Error(`stage ${stage.name}: a node without a supervisor runs one service`)
  }
  return service.run
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
