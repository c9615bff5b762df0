import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A place in a stack: a file, a line and a column. */
const places = /(file:\/\/[^\s()]+):(\d+):(\d+)/g

/**
 * Returns a stack with the places of the sources instead of those of compiled
 * or bundled files. It reads the source maps when it is called: loaded with the
 * files, they would stay in memory.
 */
export function mappedStack(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>()
  return stack.replaceAll(places, (place, file: string, line: string, column: string) => {
    if (!maps.has(file)) maps.set(file, readMap(file))
    const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1)
    if (!entry || !('originalSource' in entry)) return place
    const source = new URL(entry.originalSource, file).href
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  })
}

/** Reads the map beside a file; undefined if there is none. */
function readMap(file: string): SourceMap | undefined {
  try {
    const text = readFileSync(fileURLToPath(`${file}.map`), 'utf8')
    return new SourceMap(JSON.parse(text) as SourceMapPayload)
  } catch {
    return undefined
  }
}
