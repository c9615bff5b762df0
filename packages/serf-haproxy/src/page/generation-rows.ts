import { askHistory, type ShownGeneration } from './ask-history.js'
import type { Controls } from './controls.js'
import { byId, element } from './element.js'
import { clock } from './format.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { generationAddress } from './route/route.js'

/** Shows the configurations that HAProxy has run, newest first, each with its cause. */
export function generationRows({
  token,
}: Pick<Controls, 'token'>): (page: Pick<PageState, 'agent' | 'connection'>) => void {
  const show = keyedList<ShownGeneration>(
    byId('generations'),
    ({ number, at }) => `${number} ${at}`,
    generationRow,
  )
  let shown: string | undefined
  return ({ agent, connection }) => {
    const newest = [agent?.startedAt, agent?.generation?.number].join(' ')
    if (newest === shown || connection !== 'live') return
    shown = newest
    askHistory(token()).then(
      list => show(list.toReversed()),
      // The next state retries.
      () => (shown = undefined),
    )
  }
}

function generationRow({ number, at, via, cause }: ShownGeneration): Shown<ShownGeneration> {
  return {
    root: element(
      'li',
      { class: 'row generation' },
      element('a', { href: generationAddress(number) }, `#${number}`),
      element('time', { datetime: new Date(at).toISOString() }, clock(at)),
      element('span', { class: 'badge' }, via),
      element('span', { class: 'reason', title: cause }, cause),
    ),
    // Generations never change.
    update: () => {},
  }
}
