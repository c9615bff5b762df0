import { readFileSync } from 'node:fs'

const docs = new URL('../../../../../docs/how-to/', import.meta.url)

/** A block of code in a page. */
export interface Block {
  /** Heading of its section, and of the section of the second level around that. */
  readonly heading: string
  readonly chapter: string
  /** Language, such as `sh`. */
  readonly kind: string
  /** Text without its indentation. */
  readonly code: string
}

/** Returns the text of a how-to. */
export function textOf(page: string): string {
  return readFileSync(new URL(page, docs), 'utf8')
}

/** Returns the blocks of a how-to, in its order. */
export function codeBlocks(page: string): readonly Block[] {
  let [chapter, heading] = ['', '']
  return [...textOf(page).matchAll(/^(##+) (.*)$|^( *)```(\w*)\n([^]*?)^ *```$/gm)].flatMap(
    ([, level, title = '', indent = '', kind = '', code = '']) => {
      if (level === undefined) {
        const text = code.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
        return { chapter, heading, kind, code: text }
      }
      heading = title
      if (level === '##') chapter = title
      return []
    },
  )
}

/**
 * Returns the code blocks of one language in a how-to.
 *
 * @param chapter - the heading of the second level above them; the whole page without it
 */
export function blocksOf(page: string, language: string, chapter?: string): readonly string[] {
  return codeBlocks(page)
    .filter(block => block.kind === language && (chapter ?? block.chapter) === block.chapter)
    .map(({ code }) => code)
}

/** Returns the lines of commands in a text, without comments. */
export function commandsIn(code: string): readonly string[] {
  return code.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))
}

/**
 * Returns the pattern of an output that a page shows. `…` is any text of a line, a
 * line with nothing else is any lines, and columns may be of any width.
 */
export function shownPattern(code: string): RegExp {
  const lines = code
    .trimEnd()
    .split('\n')
    .map(line =>
      line.trim() === '…'
        ? '(?:.*\n)*?'
        : `${line.split('…').map(escaped).join('.*').replaceAll(/ {2,}/g, ' +')}\n`,
    )
  return new RegExp(`^${lines.join('')}`, 'm')
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
