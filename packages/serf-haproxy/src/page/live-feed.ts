import type { PageEvent } from './page-state.js'

const retryMs = 1000

/**
 * Follows the event stream while the page is open. The browser reconnects after
 * a broken connection, but not after an error status: then a timer reconnects.
 */
export function followAgent(onEvent: (event: PageEvent) => void): void {
  const source = new EventSource('/events')
  source.addEventListener('open', () => onEvent({ kind: 'connection', data: 'live' }))
  source.addEventListener('error', () => {
    onEvent({ kind: 'connection', data: 'lost' })
    if (source.readyState !== EventSource.CLOSED) return
    setTimeout(() => followAgent(onEvent), retryMs)
  })
  for (const kind of ['hello', 'state', 'entry'] as const) {
    source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
      onEvent({ kind, data: JSON.parse(data) })
    })
  }
}
