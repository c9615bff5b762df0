import type { ProxyModel } from 'haproxy-config-render'
import type { Rendering } from './rendering.js'

type Printed = Pick<Rendering, 'model' | 'rendered'>

/** A pool with servers that the text has. */
export interface PrintedPool {
  readonly name: string
  readonly servers: readonly { readonly name: string; readonly weight: number }[]
}

/**
 * Returns the pools of a rendering with the servers that its text has: those of
 * `{{servers pool}}`, and those whose lines the template writes itself.
 */
export function printedPools(rendering: Printed): readonly PrintedPool[] {
  const { rendered } = rendering
  const others = poolsOtherwise(rendering)
  // In most templates `{{servers pool}}` writes every pool.
  if (others.length === 0) return rendered.pools
  const text = rendered.text.split('\n')
  const lines = printedLines(rendering, line => /^\s*server\s/.test(text[line - 1] ?? ''))
  const byHand = others.map(({ name, servers }) => ({
    name,
    servers: servers.filter(server => lines.has(`${name}/${server.name}`)),
  }))
  return [...rendered.pools, ...byHand.filter(({ servers }) => servers.length > 0)]
}

/** Returns the pools that no template reads, and those with servers of which none is printed. */
export function unprintedPools(rendering: Printed): readonly string[] {
  const others = poolsOtherwise(rendering)
  const { unprintedPools: unread, files = [] } = rendering.rendered
  if (others.length === 0 && files.length === 0) return unread
  const printed = new Set([
    ...printedPools(rendering).map(({ name }) => name),
    ...listedPools(rendering),
  ])
  const without = others.map(({ name }) => name)
  return [...new Set([...unread, ...without])].filter(name => !printed.has(name))
}

/** Returns the pools that only a file next to the configuration prints, such as a list for an ACL. */
export function listedPools(rendering: Printed): readonly string[] {
  const { files = [] } = rendering.rendered
  const read = new Set(files.flatMap(({ pools }) => pools))
  if (read.size === 0) return []
  for (const { name } of printedPools(rendering)) read.delete(name)
  return [...read]
}

/** Pools with servers that the configuration's template reads, and does not write by `{{servers pool}}` into their own section. */
function poolsOtherwise({ model, rendered }: Printed): ProxyModel['pools'] {
  const known = new Set([...rendered.pools.map(({ name }) => name), ...rendered.unprintedPools])
  return model.pools.filter(({ name, servers }) => servers.length > 0 && !known.has(name))
}

/**
 * Returns the servers that have one of these lines, as `pool/name`. A line in a
 * section that is no pool may be of any pool.
 */
export function printedLines(
  { model, rendered }: Printed,
  accepts: (line: number) => boolean,
): ReadonlySet<string> {
  const pools = model.pools.map(({ name }) => name)
  const known = new Set(pools)
  const printed = new Set<string>()
  for (const { line, pool, server } of rendered.sourceMap) {
    if (!server || !pool || !accepts(line)) continue
    for (const name of known.has(pool) ? [pool] : pools) printed.add(`${name}/${server}`)
  }
  return printed
}
