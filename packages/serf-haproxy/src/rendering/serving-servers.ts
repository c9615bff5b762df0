import { parseSections, type Directive, type Section } from 'haproxy-config-text'
import { effectiveServerOptions, isDisabled } from 'haproxy-config-text/effective'
import { printedLines, printedPools } from './printed-servers.js'
import { configurationText } from './rendered-texts.js'
import type { Rendering } from './rendering.js'

type Printed = Pick<Rendering, 'model' | 'rendered'>

/**
 * Returns the servers that a rendering gives traffic, by pool: printed, with a
 * weight above 0, and not `disabled`. The printed lines decide, with what they
 * inherit: a template that writes lines itself may ignore the model's weight.
 */
export function servingServers(rendering: Printed): ReadonlyMap<string, ReadonlySet<string>> {
  const serving = new Map(
    rendering.model.pools.map(({ name }): [string, ReadonlySet<string>] => [name, new Set()]),
  )
  const lines = new Set(servingLines(rendering.rendered.text).map(({ line }) => line))
  const servers = printedLines(rendering, line => lines.has(line))
  for (const { name: pool, servers: printed } of printedPools(rendering)) {
    const names = printed.map(({ name }) => name).filter(name => servers.has(`${pool}/${name}`))
    serving.set(pool, new Set(names))
  }
  return serving
}

/** True for the frames of texts in which the weight alone decides whether a server gets traffic. */
const weightDecides = new WeakMap<object, boolean>()

/**
 * Returns a test of whether a rendering gives a server traffic, as
 * {@link servingServers} tells. In most texts the weight decides; they are not parsed.
 */
export function servingTest(rendering: Printed): (pool: string, name: string) => boolean {
  if (!decidesByWeight(rendering)) {
    const serving = servingServers(rendering)
    return (pool, name) => serving.get(pool)?.has(name) ?? false
  }
  const { pools } = rendering.rendered
  return (pool, name) =>
    pools
      .find(each => each.name === pool)
      ?.servers.some(server => server.name === name && server.weight > 0) ?? false
}

function decidesByWeight({ model, rendered }: Printed): boolean {
  const managed = new Set(rendered.pools.map(({ name }) => name))
  if (model.pools.some(({ name, servers }) => servers.length > 0 && !managed.has(name)))
    return false
  const known = weightDecides.get(rendered.frame)
  if (known !== undefined) return known
  const isPlain = !rendered.text.includes('disabled')
  weightDecides.set(rendered.frame, isPlain)
  return isPlain
}

/** Returns the servers that get traffic in sections that are no pools, by section: the template's own text. */
export function servingElsewhere({
  model,
  rendered,
}: Printed): ReadonlyMap<string, ReadonlySet<string>> {
  const pools = new Set(model.pools.map(({ name }) => name))
  const serving = new Map<string, Set<string>>()
  for (const { section, name } of servingLines(configurationText(rendered))) {
    if (pools.has(section)) continue
    serving.set(section, (serving.get(section) ?? new Set()).add(name))
  }
  return serving
}

/** A server line that gives traffic. */
interface ServingLine {
  readonly section: string
  readonly name: string
  readonly line: number
}

/** Returns the server lines of a text that give traffic. */
function servingLines(text: string): ServingLine[] {
  return parseSections(text)
    .filter(section => isProxy(section) && !isDisabled(section))
    .flatMap(section =>
      section.directives
        .filter(directive => directive.words[0] === 'server' && getsTraffic(section, directive))
        .map(({ words: [, name = ''], line }) => ({ section: section.name, name, line })),
    )
}

function isProxy({ kind }: Section): boolean {
  return kind === 'backend' || kind === 'listen'
}

function getsTraffic(section: Section, server: Directive): boolean {
  return effectiveServerOptions(section, server).every(
    ({ keyword, values: [value] }) =>
      keyword !== 'disabled' && (keyword !== 'weight' || Number(value) !== 0),
  )
}
