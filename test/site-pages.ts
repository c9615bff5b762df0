import { readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { inflateSync } from 'node:zlib'
import { read } from './packages.js'

/** One page of the site, with what it names. */
interface SitePage {
  /** Path from the site's folder. */
  readonly path: string
  readonly anchors: ReadonlySet<string>
  /** Targets of links, as the page has them. */
  readonly links: readonly string[]
  /** Addresses of pictures, styles and programs. */
  readonly loaded: readonly string[]
}

/** The pages of a site, with all of its files. */
export interface Site {
  readonly folder: string
  readonly files: ReadonlySet<string>
  readonly pages: ReadonlyMap<string, SitePage>
}

/** Reads every page of the site in a folder. */
export function readSite(folder: string): Site {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const pages = files.filter(path => path.endsWith('.html')).map(path => readPage(folder, path))
  return { folder, files: new Set(files), pages: new Map(pages.map(page => [page.path, page])) }
}

function readPage(folder: string, path: string): SitePage {
  const tags = [...read(folder, path).matchAll(/<([a-z]+[1-6]?) [^>]*>/g)]
  const attributes = (names: string) =>
    tags.flatMap(([tag, name = '']) =>
      [...tag.matchAll(new RegExp(` (?:${names})="([^"]*)"`, 'g'))].map(([, value = '']) => ({
        name,
        value: value.replaceAll('&amp;', '&'),
      })),
    )
  const addresses = attributes('href|src')
  return {
    path,
    anchors: new Set(attributes('id').map(({ value }) => value)),
    links: addresses.filter(({ name }) => name === 'a').map(({ value }) => value),
    // An icon is a part of a picture, named after its address.
    loaded: addresses
      .filter(({ name }) => name !== 'a')
      .map(({ value }) => value.replace(/#.*/, '')),
  }
}

/** Links of a page that lead nowhere in the site; external ones are left out. */
export function deadLinks(site: Site, from: string, links: readonly string[]): string[] {
  return links.filter(link => !isExternal(link) && !isFound(site, from, link))
}

/** True of an address with a scheme or a host. */
export function isExternal(link: string): boolean {
  return /^(?:[a-z]+:|\/\/)/i.test(link)
}

function isFound({ files, pages }: Site, from: string, link: string): boolean {
  const [path = '', anchor] = decodeURI(link).split('#')
  const joined = path === '' ? from : posix.join(posix.dirname(from), path)
  const target = joined.endsWith('/') || joined === '.' ? join(joined, 'index.html') : joined
  if (!files.has(target)) return false
  return !anchor || (pages.get(target)?.anchors.has(anchor) ?? false)
}

/** Addresses that the search and the navigation lead to, from the site's folder. */
export function indexedLinks(folder: string): string[] {
  const search = dataOf(folder, 'search') as { rows: readonly { url: string }[] }
  const groups = dataOf(folder, 'navigation') as readonly {
    children: readonly { path: string }[]
  }[]
  const inNavigation = groups.flatMap(({ children }) => children.map(({ path }) => path))
  return [...search.rows.map(({ url }) => url), ...inNavigation]
}

/** Reads data that a program of the site holds: compressed JSON. */
function dataOf(folder: string, name: string): unknown {
  const [, data = ''] = /"(.*)"/.exec(read(folder, 'assets', `${name}.js`)) ?? []
  return JSON.parse(inflateSync(Buffer.from(data, 'base64')).toString())
}
