import { timesText } from '../spread.js'
import type { Convergence } from './convergence.js'

/** Titles and rows of the table: one row for each size and change. */
export function convergenceRows({ sizes }: Convergence): string[][] {
  return [
    ['agents', 'change', 'first knows', 'half know', 'all know'],
    ...sizes.flatMap(({ nodes, join, failure }) => [
      [String(nodes), 'join', timesText(join.first), timesText(join.half), timesText(join.all)],
      [
        String(nodes),
        'kill → failed',
        timesText(failure.first),
        timesText(failure.half),
        timesText(failure.all),
      ],
    ]),
  ]
}
