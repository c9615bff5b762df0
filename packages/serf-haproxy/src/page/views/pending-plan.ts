import { askAgent } from '../ask-agent.js'
import type { Controls } from '../controls.js'
import { element } from '../element.js'
import type { PageState } from '../page-state.js'
import { plannedContent, type PlannedChange } from './planned-change.js'

/** Time after which a plan is asked for again, in milliseconds: the agent computes it for each request. */
const refreshMs = 10_000

/** The change that waits while the agent is frozen or the guard holds removals. */
export interface PendingPlan {
  readonly root: HTMLElement
  update(page: Pick<PageState, 'agent' | 'connection'>): void
}

/** Creates the part of the overview that shows the pending change. */
export function pendingPlan({ token }: Pick<Controls, 'token'>): PendingPlan {
  const content = element('div', {})
  const root = element(
    'section',
    { 'aria-label': 'Pending change', class: 'card', hidden: '' },
    element('h3', {}, 'Pending change'),
    content,
  )
  let shown: string | undefined
  let dueAt = 0
  const ask = async () => {
    const value = token()
    if (value === undefined) {
      const text = 'The plan is shown after Unlock, or by `serf-haproxy plan`.'
      return content.replaceChildren(element('p', { class: 'quiet' }, text))
    }
    try {
      const { change } = await askAgent<{ change: PlannedChange }>('GET', '/plan', value)
      content.replaceChildren(...plannedContent(change))
    } catch (error) {
      content.replaceChildren(element('p', {}, (error as Error).message))
    }
  }
  return {
    root,
    update({ agent, connection }) {
      const isPending = agent !== undefined && agent.mode !== 'following'
      root.hidden = !isPending
      if (!isPending) {
        shown = undefined
        return
      }
      const { mode, generation, held } = agent
      const now = [mode, generation?.number, held?.removals.length, token()].join(' ')
      if (connection !== 'live' || (now === shown && Date.now() < dueAt)) return
      shown = now
      dueAt = Date.now() + refreshMs
      void ask()
    },
  }
}
