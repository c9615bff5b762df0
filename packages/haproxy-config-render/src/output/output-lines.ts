import type { Layout, LineOrigin } from './assemble-output.js'
import type { Pool } from '../model/proxy-model.js'
import { poolOptions } from '../model/pool-options.js'
import { ServerText } from './server-text.js'

/** A line of the output, and its origin. */
export interface OutputLine extends LineOrigin {
  /** Number of the line, from 1. */
  readonly line: number
}

/** A line that holds a server of a pool, written by `{{servers pool}}`. */
export interface ManagedLine extends OutputLine {
  /** Pool of the server. */
  readonly pool: string
  /** Name of the server. */
  readonly server: string
}

/** The pools of a model by name. */
type Pools = ReadonlyMap<string, Pool>

/** Returns the text of the output. `earlier` has the server lines of an earlier one, by part of the layout. */
export function outputText(layout: Layout, pools: Pools, earlier: Map<object, ServerText>): string {
  const parts = layout.map(part => {
    if (part.kind === 'printed') return part.text
    const pool = pools.get(part.pool)
    if (!pool) return ''
    const text = earlier.get(part) ?? new ServerText()
    earlier.set(part, text)
    return text.of(pool.servers, part.indent, poolOptions(pool))
  })
  return parts.join('')
}

/** Returns the origin of each line of the output. */
export function outputLines(layout: Layout, pools: Pools): readonly OutputLine[] {
  return [...everyLine(layout, pools)].map(({ line }) => line)
}

/** Returns the lines that `{{servers pool}}` wrote into the pool's own section. */
export function managedLines(layout: Layout, pools: Pools): readonly ManagedLine[] {
  return [...everyLine(layout, pools)].flatMap(({ line, isManaged }) =>
    isManaged ? (line as ManagedLine) : [],
  )
}

function* everyLine(
  layout: Layout,
  pools: Pools,
): Generator<{ line: OutputLine; isManaged: boolean }> {
  let line = 0
  for (const part of layout) {
    if (part.kind === 'printed') {
      for (const origin of part.origins)
        yield { line: { line: ++line, ...origin }, isManaged: false }
      continue
    }
    const { pool, isManaged, place } = part
    const { file: template, line: templateLine } = place
    for (const { name: server } of pools.get(pool)?.servers ?? [])
      yield { line: { line: ++line, template, templateLine, pool, server }, isManaged }
  }
}
