import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { browserProgram, missingProgram, startBrowser, temporaryFolder } from 'real-components'
import t from 'tap'
import { read, repository } from './packages.js'
import { deadLinks, indexedLinks, isExternal, readSite } from './site-pages.js'

/** Hosts that a page may link to; nothing is loaded from them. */
const knownHosts = new Set([
  '127.0.0.1:8080',
  '127.0.42.42:1936',
  '127.0.42.42:8080',
  '127.0.42.42:9642',
  'github.com',
  'skarnet.org',
  'www.npmjs.com',
  'www.serf.io',
])

/** One page of each kind. */
const kinds = [
  'index.html',
  'modules.html',
  'docs/configuration.html',
  'docs/operations.html',
  'docs/how-to/debian.html',
  'docs.html',
  'docs/decisions/0045-adopt-changes-only-server-lines.html',
  'packages/serf-events/CHANGELOG.html',
  'examples/watch-members/index.ts.html',
  'api/modules/serf-events.html',
  'api/functions/serf-events.watchMembership.html',
  'api/interfaces/serf-events.WatchOptions.html',
]

/** Rules that axe checks: every rule, and in dark those that depend on colours. */
const schemes = [
  ['light', {}],
  ['dark', { runOnly: ['color-contrast', 'link-in-text-block'] }],
] as const

const widthOfPhone = 390
const skip = missingProgram(browserProgram)
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

function runDocs(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const words = [join(repository, 'scripts', 'docs.js'), ...args]
    const child = execFile(process.execPath, words, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

const folder = temporaryFolder(t)
const built = await runDocs('--json', '--out', folder)
const address = (path: string) => pathToFileURL(join(folder, path)).href

t.test('npm run docs builds the site without a warning, and counts its pages', async t => {
  t.equal(built.code, 0, built.stderr)
  const { pages } = JSON.parse(built.stdout) as { pages: number }
  t.equal(pages, readSite(folder).pages.size)
  t.match(await runDocs('--out', folder, '--jsn'), { code: 2, stderr: /usage: npm run docs/ })
})

t.test('a folder with other files is refused, and is not emptied', async t => {
  const other = temporaryFolder(t)
  writeFileSync(join(other, 'kept'), 'text')
  t.match(await runDocs('--out', other), { code: 2, stderr: /^error: Cannot write the site to / })
  t.equal(read(other, 'kept'), 'text')
})

t.test('every link, anchor and picture of every page leads to something', async t => {
  const site = readSite(folder)
  const dead = [...site.pages.values()].flatMap(({ path, links, loaded }) =>
    deadLinks(site, path, [...links, ...loaded]).map(link => `${path}: ${link}`),
  )
  t.same(dead, [])
  t.same(deadLinks(site, 'index.html', indexedLinks(folder)), [], 'search and navigation')
  const every = [...site.pages.values()].flatMap(({ links }) => links)
  const external = every.filter(isExternal)
  t.comment(`${every.length - external.length} internal links, ${external.length} external ones`)
  t.ok(deadLinks(site, 'index.html', ['docs/errors.html#no-such']).length > 0)
})

t.test('links leave the site for known hosts only, and nothing is loaded from one', async t => {
  const pages = [...readSite(folder).pages.values()]
  const external = pages.flatMap(({ links }) => links.filter(isExternal))
  const hosts = new Set(external.map(link => new URL(link).host))
  t.same(
    [...hosts].filter(host => !knownHosts.has(host)),
    [],
  )
  t.same(
    pages.flatMap(({ loaded }) => loaded.filter(isExternal)),
    [],
  )
})

t.test('pages are accessible in light and dark, and fit a phone', { skip }, async t => {
  const browser = await startBrowser(t)
  const page = await browser.newPage()
  const elsewhere: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith('file:')) elsewhere.push(request.url())
  })
  for (const path of kinds) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(address(path))
    await page.locator('#tsd-nav-container li').first().waitFor()
    await page.addScriptTag({ path: axe })
    for (const [colorScheme, rules] of schemes) {
      await page.emulateMedia({ colorScheme })
      const options = JSON.stringify({ resultTypes: ['violations'], ...rules })
      const { violations } = await page.evaluate<AxeResults>(`axe.run(${options})`)
      t.same(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        [],
        `${path}, ${colorScheme}`,
      )
    }
    await page.setViewportSize({ width: widthOfPhone, height: 800 })
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    t.equal(width, widthOfPhone, `${path} does not scroll sideways`)
  }
  t.same(elsewhere, [])
})

t.test('the search finds a field, an interface and a heading', { skip }, async t => {
  const browser = await startBrowser(t)
  const page = await browser.newPage()
  await page.goto(address('index.html'))
  const expected = {
    failedGraceMs: 'docs/configuration.html#row-failedgracems',
    watchMembership: 'api/functions/serf-events.watchMembership.html',
    'When removals are held': 'docs/operations.html#when-removals-are-held',
  }
  await page.keyboard.press('/')
  for (const [words, path] of Object.entries(expected)) {
    await page.locator('#tsd-search-input').fill(words)
    await page.locator(`#tsd-search-results a[href$="${path}"]`).waitFor()
  }
  t.pass('each was among the results')
})

t.test('the keyboard reaches the content before the navigation', { skip }, async t => {
  const browser = await startBrowser(t)
  const page = await browser.newPage()
  await page.goto(address('docs/operations.html'))
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  t.equal(await page.evaluate('document.activeElement.id'), 'page-content')
})
