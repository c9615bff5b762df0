import type { ProxyModel } from '../model/proxy-model.js'
import type { Quarantined } from '../model/quarantined.js'
import { RenderError } from '../render-error.js'
import type { Server } from '../model/server.js'
import { shownValue } from '../shown-value.js'
import { withoutServers, withStandIns } from './stand-ins.js'

/**
 * Runs the template on a model. With `errors`, errors about a server's own
 * values are put there, and the run goes on.
 */
type RunTemplate<T> = (model: ProxyModel, errors?: Map<Server, RenderError>) => T

/** A result, and the members without which it was made. */
interface Printable<T> {
  readonly result: T
  readonly quarantined: readonly Quarantined[]
}

/**
 * Renders a model without the servers whose values the template cannot print.
 * Most errors name their server, and one run finds all of these; the others are
 * found by halves. Of servers that cannot be printed only together, the first
 * ones by name stay.
 *
 * @param tagNames - tags that the template may print
 * @throws RenderError of the template itself, which no server causes.
 */
export function renderPrintable<T>(
  model: ProxyModel,
  tagNames: readonly string[],
  run: RunTemplate<T>,
): Printable<T> {
  const first = attempt(() => run(model))
  if ('result' in first) return { result: first.result, quarantined: [] }
  const servers = model.pools.flatMap(pool => pool.servers)
  if (servers.length === 0) throw first.error
  const errors = new Map<Server, RenderError>()
  attempt(() => run(model, errors))
  const rest = servers.filter(server => !errors.has(server))
  const without = attempt(() => run(withoutServers(model, errors)))
  // Servers that are printed show that the template itself is right.
  if ('result' in without && rest.length > 0) return printable(without.result, model, errors)
  const standIns = attempt(() => run(withStandIns(model, servers, tagNames)))
  if ('error' in standIns && rest.length === 0) throw standIns.error
  if (rest.length > 0) {
    const isLeftOut = (others: readonly Server[]) =>
      'result' in standIns ? withStandIns(model, others, tagNames) : withoutServers(model, others)
    const good = goodOnes(rest, errors, chosen => {
      const tried = attempt(() =>
        run(isLeftOut(servers.filter(server => !chosen.includes(server)))),
      )
      return 'error' in tried ? tried.error : undefined
    })
    if (good.length === 0 && 'error' in standIns) throw standIns.error
  }
  return printable(run(withoutServers(model, errors)), model, errors)
}

/** Returns the candidates that can be printed together, found by halves; adds the errors of the others. */
function goodOnes(
  candidates: readonly Server[],
  errors: Map<Server, RenderError>,
  errorOf: (chosen: readonly Server[]) => RenderError | undefined,
): readonly Server[] {
  let good: readonly Server[] = []
  const search = (some: readonly Server[]): void => {
    const error = errorOf([...good, ...some])
    if (!error) good = [...good, ...some]
    else if (some[0] && some.length === 1) errors.set(some[0], error)
    else {
      const middle = Math.ceil(some.length / 2)
      search(some.slice(0, middle))
      search(some.slice(middle))
    }
  }
  search(candidates)
  return good
}

/** Runs the template; returns an error about a value, and throws any other. */
function attempt<T>(compute: () => T): { readonly result: T } | { readonly error: RenderError } {
  try {
    return { result: compute() }
  } catch (error) {
    const isAboutValue =
      error instanceof RenderError && /^(?:unknown-name|unsafe-value)$/.test(error.code)
    if (isAboutValue) return { error }
    throw error
  }
}

function printable<T>(
  result: T,
  model: ProxyModel,
  errors: ReadonlyMap<Server, RenderError>,
): Printable<T> {
  const quarantined = model.pools.flatMap(pool =>
    pool.servers.flatMap(server => {
      const error = errors.get(server)
      return error ? [quarantine(server, pool.name, error)] : []
    }),
  )
  return { result, quarantined }
}

function quarantine({ name: member }: Server, pool: string, error: RenderError): Quarantined {
  const code = error.got === shownValue(member) ? 'name' : 'tag'
  return { member, pool, code, reason: `the template cannot print it: ${error.message}` }
}
