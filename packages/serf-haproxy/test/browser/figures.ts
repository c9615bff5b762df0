import { cpus, loadavg } from 'node:os'
import { startBrowser, type Tidy } from 'real-components'
import { crowd } from './crowd.js'
import { pageFigures } from './page-figures.js'

// npm run page:figures: the page in Chromium by the number of servers; HAProxy is real up to 500.

const isJson = process.argv.includes('--json')
const unknown = process.argv.slice(2).filter(word => word !== '--json')
if (unknown.length > 0) {
  process.stderr.write(`error: expected --json or nothing, got ${unknown.join(' ')}\n`)
  process.exit(2)
}
const sizes = [
  { count: 6, isReal: true },
  { count: 50, isReal: true },
  { count: 500, isReal: true },
  { count: 10_000, isReal: false },
]
const measured = []
for (const size of sizes) {
  process.stderr.write(`${size.count} servers\n`)
  measured.push({ ...size, ...(await measure(size)) })
}
const about = {
  date: new Date().toISOString(),
  node: process.version,
  processors: cpus().length,
  load: loadavg()[0],
}
if (isJson) process.stdout.write(`${JSON.stringify({ ...about, figures: measured })}\n`)
else {
  process.stdout.write(`${Object.values(about).join(', ')}\n`)
  for (const { count, isReal, ...figures } of measured) {
    const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
    process.stdout.write(
      `${count} servers, ${isReal ? 'real' : 'fake'} HAProxy: ${text.join(', ')}\n`,
    )
  }
}

async function measure(size: (typeof sizes)[number]) {
  const teardowns: (() => unknown)[] = []
  const tidy: Tidy = { teardown: tidyUp => teardowns.unshift(tidyUp) }
  try {
    const stand = await crowd(tidy, size)
    return await pageFigures(await startBrowser(tidy), stand)
  } finally {
    for (const tidyUp of teardowns) await tidyUp()
  }
}
