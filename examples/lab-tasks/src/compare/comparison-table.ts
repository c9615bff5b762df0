import { table } from 'command-line-program'
import type { Comparison } from './comparison.js'
import type { Loss, Measured } from './measure.js'

/** One line of the comparison. */
export interface ComparedRow {
  readonly what: string
  readonly classic: string
  readonly agent: string
  readonly ratio: string
}

type Value = Loss | number | readonly number[]

const measures: readonly (readonly [string, (measured: Measured) => Value | undefined])[] = [
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
  return table(rows)
}

function shown(value: Value): string {
  if (typeof value === 'number') return `${value.toLocaleString('en')} ms`
  if (!('failed' in value)) return value.map(shown).join(', ')
  return `${value.failed} of ${value.requests.toLocaleString('en')}`
}

/** Milliseconds, of several the middle, or the share of requests that failed: a faster system is sent more. */
function amount(value: Value): number {
  if (typeof value === 'number') return value
  if ('failed' in value) return value.failed / value.requests
  return value.toSorted((a, b) => a - b)[Math.floor(value.length / 2)] ?? Number.NaN
}

function ratio(classic: number, agent: number): string {
  if (agent === 0) return classic === 0 ? 'equal' : 'agent: none'
  return (classic / agent).toFixed(1)
}
