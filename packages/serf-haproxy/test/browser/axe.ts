import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { startBrowser } from 'real-components'

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof startBrowser>>['newPage']>>

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Returns the violations that axe finds on the page, each with its first element. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(source)
  return page.evaluate<string[]>(`
    axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))
  `)
}
