import type { Page } from 'playwright-core'

/** One server on the page. */
export interface ShownServer {
  readonly pool: string
  readonly server: string
  /** The first word of its status, as in `UP`, `DOWN`, `DRAIN`. */
  readonly state: string
  /**
   * False while its checks have not decided yet: the status then counts them,
   * as in `UP 1/3 ↓`, and the row is yellow or orange.
   */
  readonly isSettled: boolean
  /** Background of its row, as in `rgb(192, 255, 192)`. */
  readonly background: string
}

/** A picture of HAProxy's statistics page, and what a reader of the page sees. */
export interface ShownPage {
  readonly png: Uint8Array
  readonly servers: readonly ShownServer[]
}

/** Colour of a row on the page whose server is up; HAProxy's `active_up` and `active4`. */
const green = 'rgb(192, 255, 192)'

/** Runs in the page: a link of this class begins each row; those of whole pools and frontends have a class too. */
const readRows = `[...document.querySelectorAll('tr:not(.frontend, .backend) a.lfsb')].map(link => {
  const [pool, server] = decodeURIComponent(link.getAttribute('href').slice(1)).split('/')
  const row = link.closest('tr')
  const statuses = [...row.children].flatMap(({ innerText }) => {
    const [, state, count] = /\\b(UP|DOWN|DRAIN|MAINT|NOLB|no check)\\b( \\d+\\/\\d+)?/.exec(innerText) ?? []
    return state === undefined ? [] : [{ state, isSettled: count === undefined }]
  })
  const [status = { state: '?', isSettled: false }] = statuses
  return { pool, server, ...status, background: getComputedStyle(row).backgroundColor }
})`

/** Opens the statistics in a real browser's page, and reads them from its DOM. */
export async function showStatistics(page: Page, url: string): Promise<ShownPage> {
  // The page would load itself again in the middle.
  await page.goto(new URL('/;norefresh', url).href)
  const servers = await page.evaluate<ShownServer[]>(readRows)
  return { png: await page.screenshot({ fullPage: true }), servers }
}

/**
 * Returns the servers of one pool as a reader sees them, as in `s1 UP, s2 DOWN`;
 * a server whose checks have not decided, or that is up and not green, is marked.
 */
export function shownServers(servers: readonly ShownServer[], pool: string): string {
  return servers
    .filter(server => server.pool === pool)
    .map(({ server, state, isSettled, background }) => {
      const isGreen = state !== 'UP' || background === green
      return `${server} ${state}${isSettled && isGreen ? '' : ` (not settled, ${background})`}`
    })
    .toSorted()
    .join(', ')
}
