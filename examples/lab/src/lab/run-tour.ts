import { balancer } from '../engine/place.js'
import type { NodeEngine } from '../engine/node-engine.js'
import { createLab } from './lab.js'
import { tourScales, tourStep, type TourStep } from './tour.js'

/**
 * Starts a lab, runs every step of the tour, prints the results, and ends the
 * lab again, also after an error.
 *
 * @returns whether all checks passed
 */
export async function runTour(
  engine: NodeEngine,
  { json, signal }: { json: boolean; signal: AbortSignal },
): Promise<boolean> {
  const lab = createLab(engine, { signal })
  const say = (text: string) => json || console.log(text)
  const steps: TourStep[] = []
  say(`Tour: ${tourScales.join(' → ')} web applications\n`)
  await engine.create()
  try {
    await engine.start(balancer)
    for (const backends of tourScales) {
      const step = await tourStep(engine, lab, () => lab.scale(backends), backends)
      steps.push(step)
      say(describe(step))
    }
  } finally {
    await engine.destroy()
  }
  const isGood = steps.every(step => step.faults.length === 0)
  say(isGood ? 'All checks passed.' : 'Some checks failed: see above.')
  if (json) console.log(JSON.stringify({ ok: isGood, steps }))
  return isGood
}

function describe(step: TourStep): string {
  const { backends, pool, answered, firstResponseMs, tookMs, requests, failed, faults } = step
  const joins = Object.entries(firstResponseMs).map(([node, ms]) => `${node} ${ms.toFixed(0)} ms`)
  return [
    `${backends} web applications`,
    `  HAProxy has   ${pool.join(', ') || 'no server'}`,
    `  answered      ${answered.join(', ') || 'no server, as expected'}`,
    ...(joins.length > 0
      ? [`  join          listening → first response: ${joins.join(', ')}`]
      : []),
    `  command       ${tookMs.toFixed(0)} ms until HAProxy had followed`,
    `  meanwhile     ${requests} requests, ${failed} failed`,
    ...faults.map(fault => `  FAILED        ${fault}`),
    '',
  ].join('\n')
}
