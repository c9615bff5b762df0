import { extname, relative, resolve } from 'node:path'
import MarkdownIt from 'markdown-it'
import type { Language } from '../assignment/assignment-lines.js'
import type { Chapter } from './collect.js'
import { slug } from './markdown-text.js'
import { reportWords } from './report-words.js'

const style = `
body { font: 15px/1.36 sans-serif; max-width: 74rem; margin: 1rem auto; padding: 0 1rem; color: #222 }
h2, h3, h4 { margin: .8rem 0 .4rem }
p, ul, ol, table, pre { margin: .4rem 0 }
h2:first-of-type + ul, #references + ol, #références + ol { columns: 2; column-gap: 3rem; overflow-wrap: anywhere }
#references + ol, #références + ol { font-size: 13px }
img { max-width: 100%; max-height: 19rem; border: 1px solid #ddd }
pre { background: #f5f5f5; padding: .6rem; overflow-x: auto; font-size: 13px }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto }
td, th { border: 1px solid #ccc; padding: .1rem .4rem; text-align: left; vertical-align: top }
summary { cursor: pointer }
blockquote { margin: .4rem 0; padding: .1rem 1rem; border-left: 4px solid #9ab; background: #f3f6fa }
@media print { h2[id^='task-'], h2[id^='tâche-'], #references, #références { break-before: page } h2, h3, h4, h3 + blockquote, p:has(+ p > img) { break-after: avoid } img, table, pre { break-inside: avoid } body { max-width: none; margin: 0 } }
`

/**
 * The report as one HTML page that needs no other file of the run: pictures
 * are embedded, and links to evidence lead to its text at the end.
 *
 * @param pictures - the report's own, by their addresses in the Markdown, and
 *   smaller forms of those of the evidence
 */
export function reportPage(
  markdown: string,
  chapters: readonly Chapter[],
  pictures: ReadonlyMap<string, Uint8Array>,
  folder: string,
  language: Language,
): string {
  const files = new Map(
    chapters.flatMap(({ folder: from, contents }) =>
      [...contents].map(([path, bytes]) => [relative(folder, resolve(from, path)), bytes] as const),
    ),
  )
  const bytesOf = (address: string) =>
    pictures.get(address) ?? pictures.get(decodeURI(address)) ?? files.get(decodeURI(address))
  const body = markdownRenderer(
    address => {
      const bytes = bytesOf(address)
      return bytes && `data:${typeOf(bytes)};base64,${Buffer.from(bytes).toString('base64')}`
    },
    address => (files.has(decodeURI(address)) ? `#${anchor(decodeURI(address))}` : undefined),
  ).render(markdown)
  const appendix = [...files]
    .filter(([path]) => extname(path) !== '.png')
    .map(([path, bytes]) => {
      const text = escaped(shortened(new TextDecoder().decode(bytes), path))
      return `<details id="${anchor(path)}"><summary>${escaped(path)}</summary><pre>${text}</pre></details>`
    })
  return [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${reportWords[language].title}</title><style>${style}</style></head><body>`,
    body,
    ...(appendix.length > 0
      ? [
          '<details><summary id="evidence-in-full">Evidence in full</summary>',
          ...appendix,
          '</details>',
        ]
      : []),
    // A link into a closed block opens it.
    "<script>addEventListener('hashchange', open); function open() { const found = document.getElementById(location.hash.slice(1)); const block = found?.closest('details'); if (block) { block.open = true; found.scrollIntoView() } } open()</script>",
    '</body></html>',
    '',
  ].join('\n')
}

/** Characters of one file that the page holds. */
const mostCharacters = 5_000

/** The beginning of a long text; the file itself is next to the report. */
function shortened(text: string, path: string): string {
  if (text.length <= mostCharacters) return text
  return `${text.slice(0, mostCharacters)}\n… (${text.length - mostCharacters} more characters in ${path})`
}

type Rewrite = (address: string) => string | undefined

function markdownRenderer(imageOf: Rewrite, linkOf: Rewrite): MarkdownIt {
  const renderer = new MarkdownIt({ html: false })
  renderer.block.ruler.before('paragraph', 'folded', foldedBlock)
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

type BlockState = Parameters<Parameters<MarkdownIt['block']['ruler']['before']>[2]>[0]

const foldStart = /^<details><summary>([^<>]*)<\/summary>$/

/**
 * Rule of markdown-it for the lines that begin and end a block that the reader
 * opens. No other HTML is taken from the text: what a run printed is escaped.
 */
function foldedBlock(state: BlockState, startLine: number, _end: number, isSilent: boolean) {
  const from = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0)
  const text = state.src.slice(from, state.eMarks[startLine])
  const [, summary] = foldStart.exec(text) ?? []
  if (summary === undefined && text !== '</details>') return false
  if (isSilent) return true
  state.line = startLine + 1
  const token = state.push('html_block', '', 0)
  token.content =
    summary === undefined ? '</details>\n' : `<details><summary>${escaped(summary)}</summary>\n`
  return true
}

/** A heading without the marks of Markdown. */
function plain(heading: string): string {
  return heading.replaceAll(/[`*]/g, '')
}

function anchor(path: string): string {
  return `file-${path.replaceAll(/[^A-Za-z0-9.-]/g, '_').replaceAll('.', '-')}`
}

function typeOf(bytes: Uint8Array): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 12))
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp'
  return head.includes('PNG') ? 'image/png' : 'image/svg+xml'
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
