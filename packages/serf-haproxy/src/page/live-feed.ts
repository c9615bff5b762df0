import type { AgentState } from '../state/agent-state.js'
import { withDelta, type StateDelta } from '../state/state-delta.js'
import type { PageEvent } from './page-state.js'

const retryMs = 1000

/**
 * Follows the event stream while the page is open: the whole state first, then
 * deltas. The browser reconnects after a broken connection, but not after an error
 * status: then a timer reconnects. A delta of another revision leads to a new stream.
 */
export function followAgent(onEvent: (event: PageEvent) => void): void {
  const source = new EventSource('/events?deltas')
  let known: { readonly revision: number; readonly state: AgentState } | undefined
  const show = (next: NonNullable<typeof known>) => {
    known = next
    onEvent({ kind: 'state', data: next.state })
  }
  source.addEventListener('open', () => onEvent({ kind: 'connection', data: 'live' }))
  source.addEventListener('error', () => {
    onEvent({ kind: 'connection', data: 'lost' })
    if (source.readyState !== EventSource.CLOSED) return
    setTimeout(() => followAgent(onEvent), retryMs)
  })
  for (const kind of ['hello', 'entry'] as const) {
    source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
      onEvent({ kind, data: JSON.parse(data) })
    })
  }
  source.addEventListener('state', ({ data }: MessageEvent<string>) => {
    show(JSON.parse(data) as NonNullable<typeof known>)
  })
  source.addEventListener('delta', ({ data }: MessageEvent<string>) => {
    const delta = JSON.parse(data) as StateDelta
    if (known?.revision === delta.base) {
      return show({ revision: delta.revision, state: withDelta(known.state, delta) })
    }
    source.close()
    followAgent(onEvent)
  })
}
