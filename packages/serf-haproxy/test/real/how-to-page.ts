import { readFileSync } from 'node:fs'

const docs = new URL('../../../../../docs/how-to/', import.meta.url)

/**
 * Returns the code blocks of one language in a how-to, without their indentation.
 *
 * @param heading - the section of the blocks; the whole page without it
 */
export function blocksOf(name: string, language: string, heading?: string): readonly string[] {
  const page = readFileSync(new URL(name, docs), 'utf8')
  const sections = page.split(/^## /m)
  const text =
    heading === undefined
      ? page
      : (sections.find(section => section.startsWith(`${heading}\n`)) ?? '')
  return [...text.matchAll(/^( *)```(\w+)\n([^]*?)^ *```$/gm)].flatMap(
    ([, indent = '', info, code = '']) =>
      info === language ? code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') : [],
  )
}
