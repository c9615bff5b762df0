import type { NodeFacts } from 'serf-haproxy-lab'
import type { StepContext } from './task.js'

/** Keeps each node's log as `NODE.log`. */
export async function keepLogs(context: StepContext, nodes: readonly string[]): Promise<void> {
  for (const node of nodes) await context.keep(`${node}.log`, () => context.engine.logs(node))
}

/** Keeps what is known of each node: `NODE.inspect.json`, and the extract that people read. */
export async function keepInspections(
  context: StepContext,
  nodes: readonly string[],
): Promise<void> {
  for (const node of nodes) {
    const { command, full, facts } = await context.engine.inspect(node)
    await context.keep(`${node}.inspect.json`, async () => ({
      command,
      text: `${JSON.stringify(full, null, 2)}\n`,
    }))
    await context.keep(`${node}.inspect.txt`, async () => ({ command, text: extract(facts) }))
  }
}

/** The files that {@link keepInspections} leaves. */
export function inspectionFiles(nodes: readonly string[]): string[] {
  return nodes.flatMap(node => [`${node}.inspect.json`, `${node}.inspect.txt`])
}

/** The files that {@link keepLogs} leaves. */
export function logFiles(nodes: readonly string[]): string[] {
  return nodes.map(node => `${node}.log`)
}

/** Keeps all that there is to keep of these nodes, the table of all, and HAProxy's configuration. */
export async function keepAll(context: StepContext, nodes: readonly string[]): Promise<void> {
  await keepConfiguration(context)
  await keepList(context)
  await keepLogs(context, nodes)
  await keepInspections(context, nodes)
}

/** The files that {@link keepAll} leaves. */
export function allFiles(nodes: readonly string[]): string[] {
  return ['haproxy.cfg', 'ps.txt', ...logFiles(nodes), ...inspectionFiles(nodes)]
}

/** Keeps the table of nodes. */
export async function keepList(context: StepContext, file = 'ps.txt'): Promise<void> {
  await context.keep(file, () => context.engine.list())
}

/** Keeps HAProxy's configuration file as it is now. */
export async function keepConfiguration(context: StepContext, file = 'haproxy.cfg'): Promise<void> {
  await context.keep(file, () => context.engine.exec('ha', ['sh', '-c', 'cat "$HAPROXY_CFG"']))
}

/** The lines of a node's log that tell of members. */
export async function memberEvents(context: StepContext, node: string): Promise<string[]> {
  const { text } = await context.engine.logs(node)
  return text.split('\n').flatMap(line => /serf: (EventMember\w+: \S+)/.exec(line)?.[1] ?? [])
}

function extract(facts: NodeFacts): string {
  const environment = Object.entries(facts.environment).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [
    `name         ${facts.name}`,
    `state        ${facts.state}`,
    `started at   ${facts.startedAt}`,
    `first (PID 1) ${facts.pid}: ${facts.command}`,
    `address      ${facts.address}`,
    `listens on   ${facts.ports.join(', ')}`,
    'environment',
    ...environment.map(([name, value]) => `  ${name}=${value}`),
    'processes (pid, parent, resident kB, started at, command)',
    ...facts.processes.map(
      ({ pid, parent, residentKb, startedAt, command }) =>
        `  ${pid} ${parent} ${residentKb} ${startedAt} ${command}`,
    ),
    '',
  ].join('\n')
}
