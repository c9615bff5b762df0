import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import MarkdownIt, { type Token } from 'markdown-it'
import { packages, read, repository } from './packages.js'

/** One sentence of a document. */
export interface Sentence {
  /** `FILE:LINE`, from the root of the repository. */
  readonly place: string
  /** The words that a reader reads; a code mark is one word, and an address is none. */
  readonly text: string
  readonly words: number
}

/** The text of one document. */
export interface Prose {
  readonly file: string
  /** The sentences of its paragraphs and lists. */
  readonly sentences: readonly Sentence[]
  readonly headings: readonly Sentence[]
  readonly cells: readonly Sentence[]
}

/** A command writes this document from the descriptions of the schema. */
const generated = ['docs/configuration.md']

/** The documents that people write, from the root of the repository. */
export const documents: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'images/README.md',
  'examples/lab/README.md',
  'examples/lab-tasks/README.md',
  ...packages.map(({ folder }) => `${folder.slice(repository.length)}/README.md`),
  ...['docs', 'docs/how-to', 'docs/decisions'].flatMap(folder =>
    readdirSync(join(repository, folder))
      .filter(name => name.endsWith('.md'))
      .map(name => `${folder}/${name}`),
  ),
].filter(file => !generated.includes(file))

const markdown = new MarkdownIt({ html: true })

/** The prose of one of `documents`, without its blocks of code. */
export function proseOf(file: string): Prose {
  return proseIn(file, read(repository, file))
}

/** The prose of a Markdown text that is in `file`. */
export function proseIn(file: string, text: string): Prose {
  const tokens = markdown.parse(text, {})
  const inside = (container: RegExp) =>
    tokens.flatMap((token, i) =>
      token.type === 'inline' && container.test(tokens[i - 1]?.type ?? '')
        ? sentencesOf(file, token)
        : [],
    )
  return {
    file,
    sentences: inside(/^paragraph_open$/),
    headings: inside(/^heading_open$/),
    cells: inside(/^t[hd]_open$/),
  }
}

/** The addresses of the links and pictures of one of `documents`. */
export function linksOf(file: string): string[] {
  return markdown
    .parse(read(repository, file), {})
    .flatMap(({ children }) => children ?? [])
    .map(token => token.attrGet('href') ?? token.attrGet('src') ?? '')
    .filter(address => address !== '')
}

/** An end mark, closing marks, a space, and the start of the next sentence. */
const sentenceEnd = /(?<=[.!?][)"'”’]*)(?<!\b(?:e\.g|i\.e|vs|etc)\.)\s+(?=["'“(‘]?[\p{Lu}\d•◦])/u

function sentencesOf(file: string, inline: Token): Sentence[] {
  const first = (inline.map?.[0] ?? 0) + 1
  let line = first
  // A line feed holds the place of each line that the source breaks.
  return readable(inline)
    .split(sentenceEnd)
    .map(text => {
      const place = `${file}:${line}`
      line += text.split('\n').length - 1
      return { place, text: text.replaceAll('\n', ' '), words: wordsIn(text) }
    })
}

function readable(inline: Token): string {
  return (inline.children ?? [])
    .map(({ type, content }) => {
      if (type === 'text') return content
      // The letter lets a sentence begin with a code mark.
      if (type === 'code_inline') return `•${content.replaceAll(/[\s.!?]+/g, '·')}`
      // The mark lets a sentence begin with a link to a name in lower case.
      if (type === 'link_open') return '◦'
      return type === 'softbreak' || type === 'hardbreak' ? '\n' : ''
    })
    .join('')
}

function wordsIn(text: string): number {
  return text.split(/\s+/).filter(word => /[\p{L}\p{N}•]/u.test(word)).length
}
