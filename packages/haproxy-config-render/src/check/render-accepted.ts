import { faultsInReport, type ConfigurationFault } from './configuration-fault.js'
import type { Rendered, Template } from '../template/compile-template.js'
import type { Quarantined } from '../pools/model-from-members.js'
import type { ProxyModel } from '../model/proxy-model.js'
import { parseModel } from '../model/parse-model.js'

/** What HAProxy says of a configuration's text. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly report: string }

/** Has HAProxy judge a text. */
export type Check = (
  text: string,
  options: { signal?: AbortSignal | undefined },
) => Promise<Verdict>

/** A configuration that HAProxy accepts, or why there is none. */
export type Acceptance =
  | {
      readonly kind: 'accepted'
      readonly rendered: Rendered
      /** Members whose lines HAProxy refused; everybody else is in `rendered`. */
      readonly quarantined: readonly Quarantined[]
      /** How often HAProxy was asked. */
      readonly checks: number
    }
  | {
      /** HAProxy refuses it whoever is left out, or it would take too many checks to tell. */
      readonly kind: 'refused'
      readonly faults: readonly ConfigurationFault[]
      readonly report: string
      readonly checks: number
    }

/**
 * Renders a model and has HAProxy check it. Where HAProxy refuses it because
 * of some members' lines, these are found and left out: first those that
 * HAProxy names, then by halves, which takes about log2(n) checks a culprit.
 *
 * @param options - `maxChecks` (64) ends the search; each check takes HAProxy
 * some 25 ms, and more for a large configuration.
 * @throws what `check` throws, and RenderError.
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
  const judge: Judge = async taken => {
    signal?.throwIfAborted()
    if (checks >= maxChecks) return undefined
    checks++
    const rendered = template.render(onlyServers(whole, taken))
    const verdict = await check(rendered.text, { signal })
    return { rendered, report: verdict.ok ? undefined : verdict.report }
  }

  const first = await judge(names)
  const report = first?.report
  if (first && report === undefined) {
    return { kind: 'accepted', rendered: first.rendered, quarantined: [], checks }
  }
  const faults = faultsInReport(report ?? '', first?.rendered.sourceMap ?? [])
  // With nobody in it the template stands alone.
  const empty = await judge(new Set())
  const search: Search = { judge, best: empty?.rendered, good: new Set(), culprits: new Map() }
  if (empty?.report === undefined) {
    const accused = new Set(faults.flatMap(({ server }) => server ?? []))
    await searchAmong(
      [...names].filter(name => !accused.has(name)),
      search,
    )
    await searchAmong([...accused], search)
  }
  const { best, good, culprits } = search
  if (!best || empty?.report !== undefined || good.size + culprits.size < names.size) {
    return { kind: 'refused', faults, report: report ?? '', checks }
  }
  return { kind: 'accepted', rendered: best, quarantined: quarantinedOf(whole, culprits), checks }
}

/** What HAProxy says of a rendering with these members only; undefined where no check is left. */
type Judge = (
  members: ReadonlySet<string>,
) => Promise<{ rendered: Rendered; report: string | undefined } | undefined>

interface Search {
  readonly judge: Judge
  /** Members that HAProxy accepts together, and their rendering. */
  good: ReadonlySet<string>
  best: Rendered | undefined
  /** Members that it refuses beside the good ones, and why. */
  readonly culprits: Map<string, string>
}

/** Takes in those candidates that HAProxy accepts beside the good ones, by halves. */
async function searchAmong(candidates: readonly string[], search: Search): Promise<void> {
  if (candidates.length === 0) return
  const taken = new Set([...search.good, ...candidates])
  const judged = await search.judge(taken)
  if (!judged) return
  if (judged.report === undefined) {
    search.good = taken
    search.best = judged.rendered
  } else if (candidates.length === 1) {
    const [name = ''] = candidates
    const faults = faultsInReport(judged.report, judged.rendered.sourceMap)
    const fault = faults.find(({ server }) => server === name) ?? faults[0]
    search.culprits.set(name, fault?.message ?? judged.report.trim())
  } else {
    const middle = Math.ceil(candidates.length / 2)
    await searchAmong(candidates.slice(0, middle), search)
    await searchAmong(candidates.slice(middle), search)
  }
}

/** The model with these servers only, in whatever pools they are. */
function onlyServers(model: ProxyModel, names: ReadonlySet<string>): ProxyModel {
  const pools = model.pools.map(pool => ({
    ...pool,
    servers: pool.servers.filter(server => names.has(server.name)),
  }))
  return parseModel({ ...model, pools })
}

function quarantinedOf(model: ProxyModel, culprits: ReadonlyMap<string, string>): Quarantined[] {
  return model.pools.flatMap(pool =>
    pool.servers.flatMap(({ name: member }) => {
      const message = culprits.get(member)
      if (message === undefined) return []
      const reason = `HAProxy refuses its lines: ${message}`
      return [{ member, pool: pool.name, code: 'refused' as const, reason }]
    }),
  )
}
