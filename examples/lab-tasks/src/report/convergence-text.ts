import type { Convergence } from '../convergence/convergence.js'
import { convergenceRows } from '../convergence/convergence-table.js'
import { timesText } from '../spread.js'
import { literal, table } from './markdown-text.js'

/** Title and file of the picture of convergence. */
export const convergencePicture = {
  title: 'Times until members know of a join and of a failure',
  file: 'convergence.svg',
} as const

/** The measurement of gossip for the chapter about Serf: a sentence, its picture, and the table, folded. */
export function convergenceText(convergence: Convergence | undefined): string {
  const largest = convergence?.sizes.at(-1)
  if (!convergence || !largest) {
    return 'Not measured in this run: `npm run lab -- convergence` does, and this report then shows it.'
  }
  const { profile, rounds, serf } = convergence
  const { title, file } = convergencePicture
  const { nodes, join, failure } = largest
  const [titles = [], ...rows] = convergenceRows(convergence)
  return [
    `Real agents on loopback addresses, with Serf's profile \`${profile}\` (${literal(serf)}). Of ${nodes} agents, all knew a join after ${timesText(join.all)}, and all reported a failure after ${timesText(failure.all)}.`,
    `![${title}](pictures/${file})`,
    `<details><summary>Figures of convergence: median, least and most of ${rounds} rounds</summary>`,
    table(titles, rows),
    '</details>',
  ].join('\n\n')
}
