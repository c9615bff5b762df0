import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startBrowser, until, type Tidy } from 'real-components'
import { crowd } from './crowd.js'
import { sendTraffic } from './live-agent.js'

/** The file that the README shows. */
const file = fileURLToPath(new URL('../../../../../docs/page.png', import.meta.url))

// Takes the README's picture of the page, from 50 servers of a real HAProxy under traffic.
const teardowns: (() => unknown)[] = []
const tidy: Tidy = { teardown: tidyUp => teardowns.unshift(tidyUp) }
try {
  const stand = await crowd(tidy, { count: 50, isReal: true })
  const browser = await startBrowser(tidy)
  const page = await browser.newPage({
    viewport: { width: 1340, height: 900 },
    colorScheme: 'dark',
  })
  // The agent polls HAProxy each second while a page is open.
  await page.goto(stand.url)
  tidy.teardown(sendTraffic(stand.front, 4))
  // Long enough for the lines of the traffic to be drawn.
  const drawnFor = Date.now() + 60_000
  await until('the traffic to be drawn', () => Date.now() > drawnFor, 90_000)
  const failed = new Set(['s7', 's21'])
  stand.setMembers(
    stand.members.map(member =>
      failed.has(member.name) ? { ...member, status: 'failed' as const } : member,
    ),
  )
  await page.locator('[data-column=agent]', { hasText: 'kept by health' }).first().waitFor()
  await page.getByText('The last hour as a table').waitFor()
  mkdirSync(dirname(file), { recursive: true })
  await page.screenshot({ path: file })
  process.stdout.write(`${file}\n`)
} finally {
  for (const tidyUp of teardowns) await tidyUp()
}
