import type { Server } from '../model/server.js'
import { serverLine } from './server-line.js'

/** Server lines that follow each other, as they were written last. */
interface Block {
  readonly servers: readonly Server[]
  readonly text: string
}

/** Most servers of a block. */
const mostServers = 256

/**
 * The text of one pool's server lines, made of blocks. A block whose servers are
 * the same objects as in the text before is not written again. The bounds of a
 * block follow from the names of its servers, so that a server that joins or
 * leaves moves no others.
 */
export class ServerText {
  /** Blocks of the last text, by their first server. */
  #blocks: ReadonlyMap<Server, Block> = new Map()
  #words = ''

  /** Returns the lines of the servers, each with its indentation and options. */
  of(servers: readonly Server[], indent: string, options: string): string {
    const words = `${indent}\n${options}`
    const before = words === this.#words ? this.#blocks : undefined
    const blocks = blocksOf(servers).map(([first, block]) => {
      const old = before?.get(first)
      const isKept = old && isSame(old.servers, block)
      return [
        first,
        isKept ? old : { servers: block, text: textOf(block, indent, options) },
      ] as const
    })
    this.#words = words
    this.#blocks = new Map(blocks)
    // A string that is joined is flat. One that grows is a tree of all its parts, which the collector copies.
    return blocks.map(([, { text }]) => text).join('')
  }
}

function blocksOf(servers: readonly Server[]): (readonly [Server, readonly Server[]])[] {
  const blocks: [Server, Server[]][] = []
  let block: Server[] | undefined
  for (const server of servers) {
    if (block) block.push(server)
    else blocks.push([server, (block = [server])])
    if (endsBlock(server.name) || block.length === mostServers) block = undefined
  }
  return blocks
}

/** Returns whether a server is the last one of its block: about one of 64 is. */
function endsBlock(name: string): boolean {
  let hash = name.length
  for (let i = Math.max(0, name.length - 6); i < name.length; i++)
    hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0
  return Math.imul(hash, 0x9e3779b1) >>> 26 === 0
}

function isSame(a: readonly Server[], b: readonly Server[]): boolean {
  return a.length === b.length && a.every((server, i) => server === b[i])
}

function textOf(servers: readonly Server[], indent: string, options: string): string {
  return servers.map(server => `${indent}${serverLine(server, options)}\n`).join('')
}
