import type { Comparison } from '../compare/comparison.js'
import type { Convergence } from '../convergence/convergence.js'
import { chart } from '../charts/chart.js'
import { convergenceChart } from '../charts/convergence-chart.js'
import { convergencePicture } from './convergence-text.js'

/** One picture of the report. */
export interface Picture {
  readonly title: string
  readonly file: string
  readonly svg: string
}

const wanted = [
  ['stop', 'stop.svg', 'Requests while a node is stopped'],
  ['crash', 'crash.svg', 'Requests while a node loses its power'],
  ['join', 'scale-out.svg', 'Requests while a node is added'],
  [
    'badConfiguration',
    'bad-template.svg',
    'Requests while the template is bad, and after its repair',
  ],
] as const

/** Response codes and latencies through each change, the classic pipeline beside the agent. */
export function picturesOf({ engine, classic, agent }: Comparison): Picture[] {
  return wanted.flatMap(([scenario, file, title]) => {
    const panels = [
      { title: 'classic', samples: classic[0]?.samples[scenario] ?? [] },
      { title: 'agent', samples: agent[0]?.samples[scenario] ?? [] },
    ]
    if (panels.some(({ samples }) => samples.length === 0)) return []
    const ownFile = engine === 'processes' ? file : `${engine}-${file}`
    return [{ title: `${title} (${engine})`, file: ownFile, svg: chart(title, panels) }]
  })
}

/** The picture of convergence; none where it was not measured. */
export function convergencePictures(convergence: Convergence | undefined): Picture[] {
  if (!convergence) return []
  const { title } = convergencePicture
  return [{ ...convergencePicture, svg: convergenceChart(title, convergence) }]
}
