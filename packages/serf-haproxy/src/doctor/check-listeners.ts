import { RenderError } from 'haproxy-config-render'
import { createRuntimeClient, HaproxyError } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import { probeHaproxy } from '../probe/probe-haproxy.js'
import { loadTemplate, renderMembers } from '../rendering/render-members.js'
import { fail, ok, warn, type Finding } from './finding.js'
import { takenPorts } from './taken-ports.js'

/** Checks that HAProxy can listen where the template has it listen, and that the probe passes. */
export async function checkListeners(
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const [ports, probe] = await Promise.all([
    checkPorts(configuration),
    checkProbe(configuration, signal),
  ])
  return [...ports, ...probe]
}

async function checkPorts(configuration: Configuration): Promise<readonly Finding[]> {
  try {
    const { rendered } = renderMembers(new Map(), configuration, loadTemplate(configuration))
    const taken = await takenPorts(configuration, rendered)
    const remedy = 'then run `serf-haproxy check`'
    return taken.map(text => fail('ports', text, remedy))
  } catch (error) {
    // A template that is wrong is the finding of another check.
    if (error instanceof RenderError) return []
    throw error
  }
}

async function checkProbe(
  { haproxy: { probe, runtimeSocket: socket } }: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (!probe) return []
  const limits = AbortSignal.any([signal, AbortSignal.timeout(probe.timeoutMs)])
  const worker = await workerAt(socket, signal)
  const problem = await probeHaproxy(probe, { when: 'now', worker, signal: limits })
  if (problem === undefined) return [ok('probe', `passes through ${probe.url}`)]
  const remedy = 'fix what it reports, or `haproxy.probe`: a probe that fails protects no reload'
  return [warn('probe', problem, remedy)]
}

async function workerAt(socket: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    return (await createRuntimeClient({ socket }).info({ signal })).pid
  } catch (error) {
    if (error instanceof HaproxyError) return undefined
    throw error
  }
}
