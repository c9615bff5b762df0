import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endProcess, startBrowser, until, type Tidy } from 'real-components'
import { liveAgent, sendTraffic } from './live-agent.js'

/** The file that the README shows. */
const file = fileURLToPath(new URL('../../../../../docs/page.png', import.meta.url))

// Takes the README's picture of the page, from a real cluster under real traffic.
const teardowns: (() => unknown)[] = []
const tidy: Tidy = { teardown: tidyUp => teardowns.unshift(tidyUp) }
try {
  const live = await liveAgent(tidy, 'reconcileMs: 500')
  const browser = await startBrowser(tidy)
  const page = await browser.newPage({
    viewport: { width: 1340, height: 790 },
    colorScheme: 'dark',
  })
  const leaver = await live.member('s1')
  await live.member('s2')
  await live.member('s3', { zone: 'b' })
  const failing = await live.member('s4')
  await live.member('bad name')
  await page.goto(live.url)
  const stopTraffic = sendTraffic(live.front, 4)
  tidy.teardown(stopTraffic)
  await page.getByText('4 of 4 servers up').waitFor()
  await endProcess(leaver.process, 'SIGTERM')
  await page.getByText('3 of 3 servers up').waitFor()
  await live.member('s5')
  await page.getByText('4 of 4 servers up').waitFor()
  // Long enough for the lines of the traffic to be drawn.
  const drawnFor = Date.now() + 45_000
  await until('the traffic to be drawn', () => Date.now() > drawnFor, 60_000)
  failing.process.kill('SIGSTOP')
  await page
    .locator('#members')
    .getByText(/suspect|kept by health/)
    .first()
    .waitFor({ timeout: 30_000 })
  mkdirSync(dirname(file), { recursive: true })
  await page.screenshot({ path: file })
  failing.process.kill('SIGCONT')
  process.stdout.write(`${file}\n`)
} finally {
  for (const tidyUp of teardowns) await tidyUp()
}
