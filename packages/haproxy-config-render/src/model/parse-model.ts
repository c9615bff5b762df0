import { RenderError } from '../render-error.js'
import { shownValue } from '../shown-value.js'
import { checkReferences } from './model-references.js'
import { compare } from './name-order.js'
import { modelSchema, type Frontend, type ProxyModel, type Route } from './proxy-model.js'
import { checkServer, type Server } from './server.js'

/** Models that were found good. They are frozen, and so are their pools and servers. */
const known = new WeakSet<object>()

/**
 * Checks a model and brings it into its one order, so that the same model
 * gives the same bytes however it was put together. What was checked before is
 * taken as it is: a checked model, and the checked servers of another.
 *
 * @throws RenderError `invalid-model`, naming each place, what was found and
 * what was wanted.
 */
export function parseModel(input: unknown): ProxyModel {
  if (isModel(input)) return input
  const result = modelSchema.safeParse(input, { reportInput: true })
  if (!result.success) throw invalid(result.error.issues)
  const faults: Issue[] = []
  const pools = byName(result.data.pools).map(pool => {
    const index = result.data.pools.indexOf(pool)
    const at = (i: number) => ['pools', index, 'servers', i]
    return Object.freeze({
      ...pool,
      servers: Object.freeze(checkServers(pool.servers, at, faults)),
    })
  })
  if (faults.length > 0) throw invalid(faults)
  const model = {
    ...result.data,
    frontends: Object.freeze(byName(result.data.frontends).map(withRoutesInOrder)),
    pools: Object.freeze(pools),
  }
  checkReferences(model)
  known.add(Object.freeze(model))
  return model
}

function isModel(value: unknown): value is ProxyModel {
  return typeof value === 'object' && value !== null && known.has(value)
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly input?: unknown
}

function checkServers(
  servers: readonly unknown[],
  at: (i: number) => readonly PropertyKey[],
  faults: Issue[],
): Server[] {
  const good: Server[] = []
  for (const [i, server] of servers.entries()) {
    const result = checkServer(server)
    if (result.success) good.push(result.data)
    else
      faults.push(
        ...result.error.issues.map(issue => ({ ...issue, path: [...at(i), ...issue.path] })),
      )
  }
  return byName(good)
}

/** Faults beyond these are counted, not told. */
const mostTold = 20

function invalid(issues: readonly Issue[]): RenderError {
  const told = issues
    .slice(0, mostTold)
    .map(
      ({ path, message, input }) =>
        `${path.join('.') || 'the model'}: ${message}, got ${shownValue(input)}`,
    )
  const rest = issues.length > mostTold ? [`and ${issues.length - mostTold} more`] : []
  return new RenderError(
    'invalid-model',
    `The model is not valid: ${[...told, ...rest].join('; ')}`,
  )
}

/** The narrower a route is, the earlier it stands: HAProxy takes the first that fits. */
function withRoutesInOrder(frontend: Frontend): Frontend {
  const routes = frontend.routes.toSorted(
    (a, b) => narrowness(b) - narrowness(a) || compare(JSON.stringify(a), JSON.stringify(b)),
  )
  return Object.freeze({ ...frontend, routes: Object.freeze(routes) })
}

/** A host counts more than a domain, a longer one of either more, and any more than a path. */
function narrowness({ host = '', path = '' }: Route): number {
  const kind = host === '' ? 0 : host.startsWith('*') ? 1 : 2
  return (kind * 1000 + host.length) * 10_000 + path.length
}

/** In the order of names; what is in order already is not sorted again. */
function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const isSorted = items.every(
    (item, i) => i === 0 || compare(items[i - 1]?.name ?? '', item.name) <= 0,
  )
  return isSorted ? [...items] : items.toSorted((a, b) => compare(a.name, b.name))
}
