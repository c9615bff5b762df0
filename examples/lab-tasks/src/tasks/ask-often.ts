import { type Answer, ask, type NodeEngine, isGood } from 'serf-haproxy-lab'

/** Sends requests through HAProxy, one after the other, and returns the nodes that answered. */
export async function askOften(
  engine: NodeEngine,
  times: number,
): Promise<{ answered: readonly string[]; failed: number; answers: readonly Answer[] }> {
  const { traffic } = await engine.endpoints()
  const answers: Answer[] = []
  for (let i = 0; i < times; i++) answers.push(await ask(traffic))
  const names = answers.flatMap(({ node }) => (node === undefined ? [] : [node]))
  return {
    answered: [...new Set(names)].toSorted(),
    failed: answers.filter(answer => !isGood(answer)).length,
    answers,
  }
}
