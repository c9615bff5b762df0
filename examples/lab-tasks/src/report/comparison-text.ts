import type { Comparison } from '../compare/comparison.js'
import { comparedTable } from '../compare/comparison-table.js'
import { literal, table } from './markdown-text.js'
import { picturesOf } from './pictures.js'

/** The chapter that compares the classic pipeline and the agent, on each kind of node that was measured. */
export function comparisonText(comparisons: readonly Comparison[]): string {
  const [first, ...others] = comparisons
  if (!first) return 'Not measured: `npm run lab -- compare` does, and this report then shows it.'
  const [titles = [], ...rows] = comparedTable(comparisons)
  return [
    ...comparisons.map(originText),
    'Both systems were measured in turns. Steady traffic is 40 requests a second, each on a connection of its own; reloads are under 48 clients. A time is the median, with the least, the most and the count. Lost requests are those of all rounds, with the least and the most in one.',
    table(titles, rows),
    ...(first.engine === 'processes' ? [onLoopback] : []),
    ...pictureTexts(first).slice(0, picturesShown),
    ...folded('Further pictures', pictureTexts(first).slice(picturesShown)),
    ...others.flatMap(comparison =>
      folded(`The same pictures on ${comparison.engine}`, pictureTexts(comparison)),
    ),
  ].join('\n\n')
}

/** Pictures that the reader sees without opening a block. */
const picturesShown = 2

function folded(summary: string, parts: readonly string[]): string[] {
  if (parts.length === 0) return []
  return [`<details><summary>${summary}</summary>`, ...parts, '</details>']
}

const onLoopback =
  'On loopback a dead node refuses connections at once. In a network of its own it is silent, and the classic pipeline loses more.'

function originText({ date, engine, classic, agent }: Comparison): string {
  const versions = Object.entries(agent[0]?.versions ?? {}).map(
    ([name, says]) => `${name}: ${says}`,
  )
  return `On ${engine}: ${date}, ${classic.length} rounds of each; ${literal(versions.join('; '))}.`
}

function pictureTexts(comparison: Comparison): string[] {
  return picturesOf(comparison).map(
    ({ title, file }) => `**${title}**\n\n![${title}](pictures/${file})`,
  )
}
