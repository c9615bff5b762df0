import type { Generation } from 'haproxy-reloader'
import { askAgent, RefusedError } from './ask-agent.js'
import type { Controls } from './controls.js'
import { byId, element } from './element.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { clock, milliseconds } from './format.js'

/** Shows the configurations that HAProxy has run, newest first, with cause and diff. */
export function generationRows({
  rollback,
  token,
}: Pick<Controls, 'rollback' | 'token'>): (page: PageState) => void {
  const show = keyedList<ShownGeneration>(
    byId('generations'),
    ({ number, at, diff }) => `${number} ${at} ${diff === undefined}`,
    generation => generationRow(generation, rollback(generation.number)),
  )
  let shown: string | undefined
  return ({ agent, connection }) => {
    const newest = [agent?.startedAt, agent?.generation?.number, token()].join(' ')
    if (newest === shown || connection !== 'live') return
    shown = newest
    history(token()).then(
      list => show(list.toReversed()),
      // The next state retries.
      () => (shown = undefined),
    )
  }
}

/** Fetches the generations; those of a client without the right token have no difference. */
async function history(token: string | undefined): Promise<readonly ShownGeneration[]> {
  try {
    return await askAgent('GET', '/history', token)
  } catch (error) {
    if (token !== undefined && error instanceof RefusedError) return askAgent('GET', '/history')
    throw error
  }
}

function generationRow(generation: ShownGeneration, rollback: Element): Shown<ShownGeneration> {
  const { number, at, cause, via, tookMs, plan, diff } = generation
  const summary = element(
    'summary',
    {},
    element('b', {}, `#${number}`),
    element('time', { datetime: new Date(at).toISOString() }, clock(at)),
    element('span', { class: 'badge' }, via),
    element('span', { class: 'reason' }, cause),
  )
  const details = element(
    'details',
    {},
    summary,
    element('p', { class: 'quiet' }, `${plan.reason}; took ${milliseconds(tookMs)}`),
    rollback,
  )
  // The first diff of a large cluster is long: it is rendered when it is opened.
  details.addEventListener('toggle', () => details.append(diffElement(diff)), { once: true })
  return { root: element('li', { class: 'generation' }, details), update: () => {} }
}

/** A generation, with its difference if this client may read it. */
type ShownGeneration = Omit<Generation, 'diff'> & { readonly diff?: string }

const classes: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'quiet' }

function diffElement(diff: string | undefined): Element {
  if (diff === undefined) {
    const text = 'The difference is shown after Unlock, or by `serf-haproxy diff`.'
    return element('p', { class: 'quiet' }, text)
  }
  const lines = diff
    .trimEnd()
    .split('\n')
    .map(line => element('span', { class: classes[line[0] ?? ''] }, `${line}\n`))
  return element('pre', { tabindex: '0', 'aria-label': 'Difference' }, ...lines)
}
