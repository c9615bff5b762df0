import type { NodeEngine } from 'serf-haproxy-lab'

/** Ends a lab at once, if there is one: its nodes need not leave in order. */
export async function endLab(engine: NodeEngine): Promise<void> {
  if (!(await engine.exists())) return
  const nodes = [...(await engine.nodes()).keys()]
  await Promise.all(nodes.map(node => engine.kill(node)))
  await engine.destroy()
}
