import type { Pool } from './proxy-model.js'
import { serverLine } from './server-line.js'

/** A line of the configuration that holds a server of a pool. */
export interface ManagedLine {
  /** Number of the line, from 1. */
  readonly line: number
  readonly pool: string
  readonly server: string
}

/** Finds the server lines of the pools in a rendered text. */
export function managedLines(text: string, pools: readonly Pool[]): ManagedLine[] {
  const written = new Map(
    pools.map(pool => [
      pool.name,
      new Map(pool.servers.map(server => [serverLine(server), server.name])),
    ]),
  )
  const found: ManagedLine[] = []
  let section = ''
  for (const [i, line] of text.split('\n').entries()) {
    section = /^\s*(?:backend|listen)\s+(\S+)/.exec(line)?.[1] ?? section
    const server = written.get(section)?.get(line.trim())
    if (server !== undefined) found.push({ line: i + 1, pool: section, server })
  }
  return found
}
