import { extname, relative, resolve } from 'node:path'
import MarkdownIt from 'markdown-it'
import type { Chapter } from './collect.js'
import { slug } from './markdown-text.js'

const style = `
body { font: 16px/1.5 sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
img { max-width: 100%; border: 1px solid #ddd }
pre { background: #f5f5f5; padding: .7rem; overflow-x: auto; font-size: 13px }
table { border-collapse: collapse; font-size: 14px; display: block; overflow-x: auto }
td, th { border: 1px solid #ccc; padding: .2rem .5rem; text-align: left; vertical-align: top }
summary { cursor: pointer }
`

/**
 * The report as one HTML page that needs no other file of the run: pictures
 * are embedded, and links to evidence lead to its text at the end.
 *
 * @param pictures - the report's own, by their addresses in the Markdown
 */
export function reportPage(
  markdown: string,
  chapters: readonly Chapter[],
  pictures: ReadonlyMap<string, Uint8Array>,
  folder: string,
): string {
  const files = new Map(
    chapters.flatMap(({ folder: from, contents }) =>
      [...contents].map(([path, bytes]) => [relative(folder, resolve(from, path)), bytes] as const),
    ),
  )
  const bytesOf = (address: string) => files.get(decodeURI(address)) ?? pictures.get(address)
  const body = markdownRenderer(
    address => {
      const bytes = bytesOf(address)
      return bytes && `data:${typeOf(address)};base64,${Buffer.from(bytes).toString('base64')}`
    },
    address => (files.has(decodeURI(address)) ? `#${anchor(decodeURI(address))}` : undefined),
  ).render(markdown)
  const appendix = [...files]
    .filter(([path]) => extname(path) !== '.png')
    .map(([path, bytes]) => {
      const text = escaped(new TextDecoder().decode(bytes))
      return `<details id="${anchor(path)}"><summary>${escaped(path)}</summary><pre>${text}</pre></details>`
    })
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Dynamic scaling behind HAProxy</title><style>${style}</style></head><body>`,
    body,
    ...(appendix.length > 0
      ? ['<h2 id="evidence-in-full">Evidence in full</h2>', ...appendix]
      : []),
    // A link into a closed block opens it.
    "<script>addEventListener('hashchange', open); function open() { const found = document.getElementById(location.hash.slice(1)); if (found?.tagName === 'DETAILS') { found.open = true; found.scrollIntoView() } } open()</script>",
    '</body></html>',
    '',
  ].join('\n')
}

type Rewrite = (address: string) => string | undefined

function markdownRenderer(imageOf: Rewrite, linkOf: Rewrite): MarkdownIt {
  const renderer = new MarkdownIt({ html: false })
  renderer.core.ruler.push('addresses', ({ tokens }) => {
    for (const [i, token] of tokens.entries()) {
      if (token.type === 'heading_open')
        token.attrSet('id', slug(plain(tokens[i + 1]?.content ?? '')))
      for (const child of token.children ?? []) {
        const name = child.type === 'image' ? 'src' : 'href'
        const address = child.attrGet(name)
        if (address === null) continue
        const rewritten = child.type === 'image' ? imageOf(address) : linkOf(address)
        if (rewritten === undefined) continue
        child.attrSet(name, rewritten)
        if (child.type === 'image') child.attrSet('id', anchor(decodeURI(address)))
      }
    }
  })
  return renderer
}

/** A heading without the marks of Markdown. */
function plain(heading: string): string {
  return heading.replaceAll(/[`*]/g, '')
}

function anchor(path: string): string {
  return `file-${path.replaceAll(/[^A-Za-z0-9.-]/g, '_').replaceAll('.', '-')}`
}

function typeOf(path: string): string {
  return extname(path) === '.svg' ? 'image/svg+xml' : 'image/png'
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
