import { RenderError } from '../render-error.js'
import { shownValue } from '../shown-value.js'
import { checkReferences } from './model-references.js'
import { compare } from './name-order.js'
import { modelSchema, type Frontend, type ProxyModel, type Route } from './proxy-model.js'
import { checkServer, type Server } from './server.js'

/** Models that are valid. They are frozen, and so are their pools and servers. */
const known = new WeakSet<object>()

/**
 * Checks a model and sorts it, so that the same model gives the same bytes in
 * whatever order it was written. A checked model is returned as it is, and so
 * are the checked servers of another model.
 *
 * @throws RenderError `invalid-model`, naming each place with the expected and the
 * actual value.
 *
 * @example
 * ```ts
 * import { parseModel } from 'haproxy-config-render'
 *
 * const pools = [{ name: 'web', servers: [] }, { name: 'api', servers: [] }]
 * const model = parseModel({ runtimeSocket: '/run/haproxy.sock', frontends: [], pools })
 * model.pools.map(({ name }) => name) // => ['api', 'web']
 * ```
 */
export function parseModel(input: unknown): ProxyModel {
  if (isModel(input)) return input
  const result = modelSchema.safeParse(input, { reportInput: true })
  if (!result.success) throw invalid(result.error.issues)
  const errors: Issue[] = []
  const pools = byName(result.data.pools).map(pool => {
    const index = result.data.pools.indexOf(pool)
    const at = (i: number) => ['pools', index, 'servers', i]
    return Object.freeze({
      ...pool,
      servers: Object.freeze(checkServers(pool.servers, at, errors)),
    })
  })
  if (errors.length > 0) throw invalid(errors)
  const { balancers } = result.data
  const model = {
    ...result.data,
    ...(balancers && {
      balancers: Object.freeze(byName(balancers).map(one => Object.freeze(one))),
    }),
    frontends: Object.freeze(byName(result.data.frontends).map(withRoutesInOrder)),
    pools: Object.freeze(pools),
  }
  checkReferences(model)
  return markAsModel(model)
}

/** Marks a model as valid, after all of its parts were checked. */
export function markAsModel(model: ProxyModel): ProxyModel {
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
  errors: Issue[],
): Server[] {
  const good: Server[] = []
  for (const [i, server] of servers.entries()) {
    const result = checkServer(server)
    if (result.success) good.push(result.data)
    else
      errors.push(
        ...result.error.issues.map(issue => ({ ...issue, path: [...at(i), ...issue.path] })),
      )
  }
  return byName(good)
}

/** Errors that a message lists; more are only counted. */
const maxListed = 20

function invalid(issues: readonly Issue[]): RenderError {
  const listed = issues
    .slice(0, maxListed)
    .map(
      ({ path, message, input }) =>
        `${path.join('.') || 'the model'}: ${message}, got ${shownValue(input)}`,
    )
  const rest = issues.length > maxListed ? [`and ${issues.length - maxListed} more`] : []
  return new RenderError(
    'invalid-model',
    `The model is not valid: ${[...listed, ...rest].join('; ')}`,
  )
}

/** Sorts routes from narrow to wide: HAProxy takes the first one that matches. */
function withRoutesInOrder(frontend: Frontend): Frontend {
  const routes = frontend.routes.toSorted(
    (a, b) => narrowness(b) - narrowness(a) || compare(JSON.stringify(a), JSON.stringify(b)),
  )
  return Object.freeze({ ...frontend, routes: Object.freeze(routes) })
}

/** Ranks a route: a host before a domain, the longer before the shorter, a domain before a path alone. */
function narrowness({ host = '', path = '' }: Route): number {
  const kind = host === '' ? 0 : host.startsWith('*') ? 1 : 2
  return (kind * 1000 + host.length) * 10_000 + path.length
}

/** Sorts by name, unless the items are sorted already. */
function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const isSorted = items.every(
    (item, i) => i === 0 || compare(items[i - 1]?.name ?? '', item.name) <= 0,
  )
  return isSorted ? [...items] : items.toSorted((a, b) => compare(a.name, b.name))
}
