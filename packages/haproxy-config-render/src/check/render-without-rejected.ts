import type { CheckResult } from 'haproxy-config-text'
import { parseModel } from '../model/parse-model.js'
import type { ProxyModel } from '../model/proxy-model.js'
import type { Quarantined } from '../model/quarantined.js'
import type { Template } from '../template/compile-template.js'
import type { Rendered } from '../output/rendered.js'
import { describeError, locateProblems, type ConfigurationError } from './configuration-error.js'

/** Has HAProxy check a text; `checkConfiguration` of haproxy-config-text is one. */
export type Check = (
  text: string,
  options: { signal?: AbortSignal | undefined; files?: NonNullable<Rendered['files']> },
) => Promise<CheckResult>

/** A configuration that HAProxy accepts, or the reason why there is none. */
export type Acceptance =
  | {
      readonly kind: 'accepted'
      /** The configuration that HAProxy accepts. */
      readonly rendered: Rendered
      /** Members left out: HAProxy rejected their lines. All others are in `rendered`, or its `quarantined`. */
      readonly quarantined: readonly Quarantined[]
      /** Number of checks that were made. */
      readonly checks: number
    }
  | {
      /** HAProxy rejects it with any set of members, or the limit of checks was reached. */
      readonly kind: 'rejected'
      /** Errors of the check of all members, each with its origin. */
      readonly errors: readonly ConfigurationError[]
      /** The errors, one a line, with template line and member; HAProxy's whole output where it names none. */
      readonly report: string
      /** Number of checks that were made. */
      readonly checks: number
    }

/**
 * Renders a model and has HAProxy check it. If HAProxy rejects it because of
 * some members' lines, these members are found and left out: first those that
 * HAProxy names, then by halves, which takes about log2(n) checks for each.
 *
 * @param options - `maxChecks` (64) ends the search; each check takes HAProxy
 * some 25 ms, and more for a large configuration.
 * @throws everything that `check` throws, and RenderError.
 *
 * @example
 * ```ts
 * import { buildModel, defaultTemplate, renderWithoutRejected } from 'haproxy-config-render'
 *
 * const members = [
 *   { name: 's1', address: '10.0.0.1', tags: {} },
 *   { name: 's2', address: '10.0.0.2', tags: {} },
 * ]
 * const pools = [{ name: 'app', port: 3000 }]
 * const { model } = buildModel(members, { runtimeSocket: '/run/haproxy.sock', frontends: [], pools })
 * // Stands for `checkConfiguration` of haproxy-config-text, which needs HAProxy.
 * const check = async (text: string) =>
 *   text.includes('server s2')
 *     ? { ok: false as const, report: 'no s2', problems: [], line: undefined }
 *     : { ok: true as const }
 * const acceptance = await renderWithoutRejected(defaultTemplate, model, check)
 * const leftOut = acceptance.kind === 'accepted' ? acceptance.quarantined : []
 * leftOut.map(({ member }) => member) // => ['s2']
 * ```
 */
export async function renderWithoutRejected(
  template: Template,
  model: ProxyModel,
  check: Check,
  { maxChecks = 64, signal }: { maxChecks?: number; signal?: AbortSignal | undefined } = {},
): Promise<Acceptance> {
  const whole = parseModel(model)
  const names = new Set(whole.pools.flatMap(pool => pool.servers.map(server => server.name)))
  let checks = 0
  const checkMembers: CheckMembers = async members => {
    signal?.throwIfAborted()
    if (checks >= maxChecks) return undefined
    checks++
    const rendered = template.render(withMembers(whole, members))
    const { text, files } = rendered
    return { rendered, result: await check(text, { signal, ...(files && { files }) }) }
  }

  const first = await checkMembers(names)
  if (first?.result.ok) {
    return { kind: 'accepted', rendered: first.rendered, quarantined: [], checks }
  }
  const errors = first ? errorsOf(first) : []
  // Without members the template stands alone.
  const empty = await checkMembers(new Set())
  const search: Search = { checkMembers, best: undefined, good: new Set(), rejected: new Map() }
  if (empty?.result.ok) {
    search.best = empty.rendered
    const reported = new Set(errors.flatMap(({ server }) => server ?? []))
    await searchAmong(
      [...names].filter(name => !reported.has(name)),
      search,
    )
    await searchAmong([...reported], search)
  }
  const { best, good, rejected } = search
  if (!best || good.size + rejected.size < names.size) {
    const output = first && !first.result.ok ? first.result.report : ''
    const report = errors.length > 0 ? errors.map(describeError).join('\n') : output
    return { kind: 'rejected', errors, report, checks }
  }
  return { kind: 'accepted', rendered: best, quarantined: quarantinedOf(whole, rejected), checks }
}

/** A rendering, and HAProxy's answer about it. */
interface Checked {
  readonly rendered: Rendered
  readonly result: CheckResult
}

/** Checks a rendering with these members only; undefined when no check is left. */
type CheckMembers = (members: ReadonlySet<string>) => Promise<Checked | undefined>

interface Search {
  readonly checkMembers: CheckMembers
  /** Members that HAProxy accepts together, and their rendering. */
  good: ReadonlySet<string>
  best: Rendered | undefined
  /** Members that it rejects in addition to the good ones, and HAProxy's reason. */
  readonly rejected: Map<string, string>
}

/** Adds those candidates that HAProxy accepts in addition to the good ones, by halves. */
async function searchAmong(candidates: readonly string[], search: Search): Promise<void> {
  if (candidates.length === 0) return
  const members = new Set([...search.good, ...candidates])
  const checked = await search.checkMembers(members)
  if (!checked) return
  if (checked.result.ok) {
    search.good = members
    search.best = checked.rendered
  } else if (candidates.length === 1) {
    const [name = ''] = candidates
    const errors = errorsOf(checked)
    const error = errors.find(({ server }) => server === name) ?? errors[0]
    // The member is named with the reason.
    const { server: _, ...reason } = error ?? { message: checked.result.report.trim() }
    search.rejected.set(name, describeError(reason))
  } else {
    const middle = Math.ceil(candidates.length / 2)
    await searchAmong(candidates.slice(0, middle), search)
    await searchAmong(candidates.slice(middle), search)
  }
}

function errorsOf({ rendered, result }: Checked): ConfigurationError[] {
  return result.ok ? [] : locateProblems(result, rendered.sourceMap)
}

/** The model with these servers only, in all of their pools. */
function withMembers(model: ProxyModel, names: ReadonlySet<string>): ProxyModel {
  const pools = model.pools.map(pool => ({
    ...pool,
    servers: pool.servers.filter(server => names.has(server.name)),
  }))
  return parseModel({ ...model, pools })
}

function quarantinedOf(model: ProxyModel, rejected: ReadonlyMap<string, string>): Quarantined[] {
  return model.pools.flatMap(pool =>
    pool.servers.flatMap(({ name: member }) => {
      const message = rejected.get(member)
      if (message === undefined) return []
      const reason = `HAProxy rejects its lines: ${message}`
      return [{ member, pool: pool.name, code: 'rejected' as const, reason }]
    }),
  )
}
