import { appliedStage, labStatus, LabError, type NodeEngine, until } from 'serf-haproxy-lab'
import { type Fault, type NodeScript } from './fault.js'
import { faultNamed } from './faults.js'

/** File in the folder of `ha` with the name of the fault that the lab has. */
const record = '"$NODE_DIR/fault"'

/** Makes a fault in a lab that is well. */
export async function makeFault(engine: NodeEngine, fault: Fault): Promise<void> {
  const present = await presentFault(engine)
  if (present) {
    throw new LabError(
      `break: expected a lab without a fault, got ${present.name}; remove it with: fix --apply`,
    )
  }
  await requireWell(engine)
  await run(engine, { node: 'ha', script: `echo ${fault.name} > ${record}` })
  await run(engine, fault.make)
}

/** Removes a fault, and resolves when every node of the lab is well. */
export async function removeFault(
  engine: NodeEngine,
  fault: Fault,
  signal: AbortSignal,
): Promise<void> {
  await run(engine, fault.undo)
  await until('every node to be well', () => isWell(engine), { everyMs: 100, signal })
  await run(engine, { node: 'ha', script: `rm ${record}` })
}

/** Returns the fault that `break` made and `fix` did not remove. */
export async function presentFault(engine: NodeEngine): Promise<Fault | undefined> {
  const name = await run(engine, { node: 'ha', script: `cat ${record} 2>/dev/null || :` })
  return name === '' ? undefined : faultNamed(name)
}

/** Returns whether Serf, HAProxy and the agent have no complaint about any node. */
export async function isWell(engine: NodeEngine): Promise<boolean> {
  const nodes = await labStatus(engine)
  const areWell = nodes.every(
    ({ name, node, serf, haproxy }) =>
      node === 'running' && serf === 'alive' && (name === 'ha' || haproxy === 'UP'),
  )
  return areWell && (await agentReasons(engine)).length === 0
}

async function agentReasons(engine: NodeEngine): Promise<readonly unknown[]> {
  const { pageUrl } = await engine.endpoints()
  const response = await fetch(`${pageUrl}health`).catch(() => undefined)
  if (!response) return ['the agent does not answer']
  return ((await response.json()) as { reasons?: readonly unknown[] }).reasons ?? []
}

async function requireWell(engine: NodeEngine): Promise<void> {
  if (engine.kind !== 'processes' || engine.stage.name !== appliedStage.name) {
    throw new LabError(
      `break: expected the whole system on processes, got ${engine.kind} at the stage ${engine.stage.name}; make it with: reset 6 --engine process`,
    )
  }
  const running = await engine.nodes()
  if (running.has('s1') && running.has('s2') && (await isWell(engine))) return
  throw new LabError(
    'break: expected a lab in which ha, s1 and s2 are well; see `status`, or make one with: reset 6',
  )
}

async function run(engine: NodeEngine, { node, script }: NodeScript): Promise<string> {
  const { text } = await engine.exec(node, ['sh', '-c', script])
  return text.trim()
}
