import { spreadOf, timesText } from '../spread.js'
import type { Comparison } from './comparison.js'
import type { Loss, Measured } from './measured.js'

/** One line of the comparison on one kind of node. */
export interface ComparedRow {
  readonly what: string
  readonly classic: string
  readonly agent: string
  readonly ratio: string
}

/** Values of one measure in all rounds. */
type Values = { readonly times: readonly number[] } | { readonly losses: readonly Loss[] }

type Pick<T> = (measured: Measured) => T | undefined

const measures: readonly (readonly [string, (rounds: readonly Measured[]) => Values])[] = [
  ['join: listening → first response', times(({ joinMs }) => joinMs)],
  ['join: requests lost', losses(({ join }) => join)],
  ['stop: requests lost', losses(({ stop }) => stop)],
  ['crash: requests lost', losses(({ crash }) => crash)],
  ['ten reloads: requests lost', losses(({ reloads }) => reloads)],
  ['ha killed, started again → all serve', times(({ recoveryMs }) => recoveryMs)],
  ['bad template: requests lost', losses(({ badConfiguration }) => badConfiguration)],
]

/** The rows of what was measured; each figure has its count and its spread. */
export function comparedRows({ classic, agent }: Comparison): ComparedRow[] {
  return measures.flatMap(([what, of]) => {
    const [a, b] = [of(classic), of(agent)]
    if (countOf(a) === 0 || countOf(b) === 0) return []
    return [{ what, classic: shown(a), agent: shown(b), ratio: ratio(amount(a), amount(b)) }]
  })
}

/** Titles and rows of all comparisons, with columns for each kind of node. */
export function comparedTable(comparisons: readonly Comparison[]): string[][] {
  const columns = comparisons.map(comparison => ({
    engine: comparison.engine,
    rows: new Map(comparedRows(comparison).map(row => [row.what, row])),
  }))
  const measured = measures
    .map(([what]) => what)
    .filter(what => columns.some(({ rows }) => rows.has(what)))
  return [
    [
      'what',
      ...columns.flatMap(({ engine }) => [
        `classic, ${engine}`,
        `agent, ${engine}`,
        'classic / agent',
      ]),
    ],
    ...measured.map(what => [
      what,
      ...columns.flatMap(({ rows }) => {
        const row = rows.get(what)
        return row ? [row.classic, row.agent, row.ratio] : ['–', '–', '–']
      }),
    ]),
  ]
}

function times(of: Pick<number | readonly number[]>) {
  return (rounds: readonly Measured[]): Values => ({
    times: rounds.flatMap(round => of(round) ?? []),
  })
}

function losses(of: Pick<Loss>) {
  return (rounds: readonly Measured[]): Values => ({
    losses: rounds.flatMap(round => of(round) ?? []),
  })
}

function countOf(values: Values): number {
  return 'times' in values ? values.times.length : values.losses.length
}

/** A time with its spread; requests of all rounds, with the least and most lost in one. */
function shown(values: Values): string {
  if ('times' in values) return timesText(values.times)
  const { least, most, count } = spreadOf(values.losses.map(({ failed }) => failed))
  const { failed, requests } = total(values.losses)
  const lost = `${failed.toLocaleString('en')} of ${requests.toLocaleString('en')}`
  return count === 1 ? `${lost} (n = 1)` : `${lost} (${least}–${most} a round, n = ${count})`
}

function total(losses: readonly Loss[]): Loss {
  const sum = (of: (loss: Loss) => number) => losses.reduce((all, loss) => all + of(loss), 0)
  return { failed: sum(({ failed }) => failed), requests: sum(({ requests }) => requests) }
}

/** The median time, or the share of requests that failed: a faster system is sent more. */
function amount(values: Values): number {
  if ('times' in values) return spreadOf(values.times).median
  const { failed, requests } = total(values.losses)
  return failed / requests
}

function ratio(classic: number, agent: number): string {
  if (agent === 0) return classic === 0 ? 'equal' : 'agent: none'
  return (classic / agent).toFixed(1)
}
