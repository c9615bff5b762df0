import type { QueryPanel } from '../monitoring/dashboard.js'
import type { History } from './prometheus.js'

/** A query of a panel, with the series that it gave. */
export interface AnsweredQuery {
  readonly expression: string
  readonly series: readonly History[]
}

/** Returns a page with each panel: its title, its queries, and their series as curves with the last value. */
export function drawnDashboard(
  panels: readonly (Pick<QueryPanel, 'title' | 'description'> & {
    readonly queries: readonly AnsweredQuery[]
  })[],
): string {
  const drawn = panels.map(
    ({ title, description, queries }) =>
      `<section><h2>${escaped(title)}</h2><p>${escaped(description)}</p>${queries.map(drawnQuery).join('')}</section>`,
  )
  return `<!doctype html><meta charset="utf-8"><title>serf-haproxy</title>
<style>
body { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; font: 12px sans-serif }
section { border: 1px solid #ccc; padding: 6px } h2 { font-size: 14px; margin: 0 }
code { color: #666; overflow-wrap: anywhere } svg { background: #f4f4f4 }
</style>
${drawn.join('\n')}
`
}

function drawnQuery({ expression, series }: AnsweredQuery): string {
  const curves = series.map(({ metric, values }) => {
    const labels = Object.entries(metric)
      .filter(([name]) => !['__name__', 'job'].includes(name))
      .map(([name, value]) => `${name}=${value}`)
    const last = Number((values.at(-1) ?? NaN).toPrecision(4))
    return `<div>${curve(values)} <b>${last}</b> ${escaped(labels.join(' '))}</div>`
  })
  return `<code>${escaped(expression)}</code>${curves.join('')}`
}

function curve(values: readonly number[]): string {
  const known = values.filter(Number.isFinite)
  const most = Math.max(...known, 0) || 1
  const points = known.map(
    (value, i) => `${(100 * i) / Math.max(1, known.length - 1)},${20 - (18 * value) / most}`,
  )
  return `<svg width="100" height="20"><polyline fill="none" stroke="#06c" points="${points.join(' ')}"/></svg>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
