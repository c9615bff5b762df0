import type { startBrowser } from 'real-components'
import type { Crowd } from './crowd.js'

/** Figures of the page in a browser. Processor time does not depend on the load of the machine. */
export interface PageFigures {
  /** Elements of the overview. */
  readonly elements: number
  /** Height of the overview, in pixels. */
  readonly height: number
  /** Time from the request of the page until the first servers are shown, in milliseconds. */
  readonly firstPaintMs: number
  /** Processor time of the main thread until then, in milliseconds. */
  readonly firstProcessorMs: number
  /** Processor time of the main thread for each update, in milliseconds: all of its tasks, by the number of updates. */
  readonly updateMs: number
  /** Memory of the page's objects, in bytes. */
  readonly heapBytes: number
}

/** Updates that are measured. */
const updates = 8

/** Opens the overview, has servers change between polls, and measures. */
export async function pageFigures(
  browser: Awaited<ReturnType<typeof startBrowser>>,
  { url, haproxy, members }: Crowd,
): Promise<PageFigures> {
  const page = await browser.newPage()
  page.setDefaultTimeout(120_000)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const metric = async (name: string) => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(each => each.name === name)?.value ?? Number.NaN
  }
  const taskMs = async () => 1000 * (await metric('TaskDuration'))
  const startedAt = performance.now()
  await page.goto(url)
  await page.locator('.tile, .grid-body [role=row]').first().waitFor()
  const firstPaintMs = Math.round(performance.now() - startedAt)
  const firstProcessorMs = Math.round(await taskMs())
  // One server of a hundred has other figures at each poll.
  let polls = 0
  const timer = setInterval(() => {
    polls++
    for (let i = polls % 100; i < members.length; i += 100) {
      const server = haproxy?.server('web', `s${i}`)
      if (server) server.sessions = polls
    }
  }, 500)
  const seen = () => page.evaluate(() => performance.getEntriesByName('page update').length)
  const [before, seenBefore] = [await taskMs(), await seen()]
  try {
    while ((await seen()) < seenBefore + updates) await page.waitForTimeout(500)
  } finally {
    clearInterval(timer)
  }
  const updateMs = ((await taskMs()) - before) / ((await seen()) - seenBefore)
  const { elements, height } = await page.evaluate(() => ({
    elements: document.querySelectorAll('*').length,
    height: document.documentElement.scrollHeight,
  }))
  const heapBytes = await metric('JSHeapUsedSize')
  await page.close()
  return {
    elements,
    height,
    firstPaintMs,
    firstProcessorMs,
    updateMs: Math.round(updateMs * 10) / 10,
    heapBytes,
  }
}
