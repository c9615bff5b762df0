import type { News } from './page-state.js'

const retryMs = 1000

/**
 * Follows the agent, for as long as the page is there. The browser connects
 * anew by itself where a connection breaks; where the server refuses it, we do.
 */
export function followAgent(tell: (news: News) => void): void {
  const source = new EventSource('/events')
  source.addEventListener('open', () => tell({ kind: 'connection', data: 'live' }))
  source.addEventListener('error', () => {
    tell({ kind: 'connection', data: 'lost' })
    if (source.readyState !== EventSource.CLOSED) return
    setTimeout(() => followAgent(tell), retryMs)
  })
  for (const kind of ['hello', 'state', 'entry'] as const) {
    source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
      tell({ kind, data: JSON.parse(data) })
    })
  }
}
