import type { Comparison } from './compare-command.js'
import type { Loss, Measured } from './measure.js'

/** One line of the comparison. */
export interface ComparedRow {
  readonly what: string
  readonly classic: string
  readonly agent: string
  readonly ratio: string
}

const measures: readonly (readonly [string, (measured: Measured) => Loss | number | undefined])[] =
  [
    ['join: listening → first response', ({ joinMs }) => joinMs],
    ['join: requests lost', ({ join }) => join],
    ['stop: requests lost', ({ stop }) => stop],
    ['crash: requests lost', ({ crash }) => crash],
    ['ten reloads: requests lost', ({ reloads }) => reloads],
    ['ha killed, started again → all serve', ({ recoveryMs }) => recoveryMs],
    ['bad template: requests lost', ({ badConfiguration }) => badConfiguration],
  ]

/** The rows of what was measured. */
export function comparedRows({ classic, agent }: Comparison): ComparedRow[] {
  return measures.flatMap(([what, of]) => {
    const [a, b] = [of(classic), of(agent)]
    if (a === undefined || b === undefined) return []
    return [{ what, classic: shown(a), agent: shown(b), ratio: ratio(amount(a), amount(b)) }]
  })
}

/** The comparison as a table for people. */
export function comparisonTable(comparison: Comparison): string {
  const rows = [
    ['what', 'classic', 'agent', 'classic / agent'],
    ...comparedRows(comparison).map(({ what, classic, agent, ratio }) => [
      what,
      classic,
      agent,
      ratio,
    ]),
  ]
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows
    .map(row =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function shown(value: Loss | number): string {
  return typeof value === 'number'
    ? `${value.toLocaleString('en')} ms`
    : `${value.failed} of ${value.requests.toLocaleString('en')}`
}

/** Milliseconds, or the share of requests that failed: systems that answer faster are sent more. */
function amount(value: Loss | number): number {
  return typeof value === 'number' ? value : value.failed / value.requests
}

function ratio(classic: number, agent: number): string {
  if (agent === 0) return classic === 0 ? 'equal' : 'agent: none'
  return `${(classic / agent).toFixed(1)}`
}
