import type { Generation } from 'haproxy-reloader'
import { askAgent } from './ask-agent.js'
import { byId, element } from './element.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { clock, milliseconds } from './format.js'

/** Shows the configurations that HAProxy has run, newest first, with cause and diff. */
export function generationRows(
  offerRollback: (generation: number) => Element,
): (page: PageState) => void {
  const show = keyedList<Generation>(
    byId('generations'),
    ({ number, at }) => `${number} ${at}`,
    generation => generationRow(generation, offerRollback(generation.number)),
  )
  let shown: string | undefined
  return ({ agent, connection }) => {
    const newest = connection === 'live' ? `${agent?.startedAt} ${agent?.generation?.number}` : ''
    if (newest === shown || connection !== 'live') return
    shown = newest
    askAgent<readonly Generation[]>('GET', '/history').then(
      list => show(list.toReversed()),
      // The next state retries.
      () => (shown = undefined),
    )
  }
}

function generationRow(generation: Generation, rollback: Element): Shown<Generation> {
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

const classes: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'quiet' }

function diffElement(diff: string): Element {
  const lines = diff
    .trimEnd()
    .split('\n')
    .map(line => element('span', { class: classes[line[0] ?? ''] }, `${line}\n`))
  return element('pre', { tabindex: '0', 'aria-label': 'Difference' }, ...lines)
}
