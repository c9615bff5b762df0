import type { Page } from 'playwright-core'

/** One server on the page. */
export interface ShownServer {
  readonly pool: string
  readonly server: string
  /** The first word of its status, as in `UP`, `DOWN`, `DRAIN`. */
  readonly state: string
}

/** A picture of HAProxy's statistics page, and what a reader of the page sees. */
export interface ShownPage {
  readonly png: Uint8Array
  readonly servers: readonly ShownServer[]
}

/** Runs in the page: a link of this class begins each row; those of whole pools and frontends have a class too. */
const readRows = `[...document.querySelectorAll('tr:not(.frontend, .backend) a.lfsb')].map(link => {
  const [pool, server] = decodeURIComponent(link.getAttribute('href').slice(1)).split('/')
  const cells = [...link.closest('tr').children].map(cell => cell.innerText)
  const status = cells.map(text => /\\b(UP|DOWN|DRAIN|MAINT|NOLB|no check)\\b/.exec(text)?.[1])
  return { pool, server, state: status.find(word => word !== undefined) ?? '?' }
})`

/** Opens the statistics in a real browser's page, and reads them from its DOM. */
export async function showStatistics(page: Page, url: string): Promise<ShownPage> {
  // The page would load itself again in the middle.
  await page.goto(new URL('/;norefresh', url).href)
  const servers = await page.evaluate<ShownServer[]>(readRows)
  return { png: await page.screenshot({ fullPage: true }), servers }
}
