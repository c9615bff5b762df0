import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rm, link, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NodeError } from './node-error.js'

/** The two secrets of a cluster: one encrypts gossip, one authenticates RPC clients. */
export interface Keys {
  /** 32 bytes in base64, for AES-256. */
  readonly gossip: string
  readonly rpc: string
}

/** Names of the files in the folder that is mounted into every node. */
const files = { gossip: 'gossip', rpc: 'rpc' } as const

/** Generates new keys. */
export function newKeys(): Keys {
  return { gossip: newKey(), rpc: newKey() }
}

function newKey(): string {
  return randomBytes(32).toString('base64')
}

/**
 * Reads the keys of a folder.
 *
 * @throws NodeError if a key is missing or invalid.
 */
export async function readKeys(folder: string): Promise<Keys> {
  const [gossip, rpc] = await Promise.all([
    readKey(join(folder, files.gossip)),
    readKey(join(folder, files.rpc)),
  ])
  const bytes = Buffer.from(gossip, 'base64').length
  if (![16, 24, 32].includes(bytes)) {
    throw new NodeError(
      `${join(folder, files.gossip)}: expected 16, 24 or 32 bytes of base64, got ${bytes}; create a key with: serf keygen`,
    )
  }
  return { gossip, rpc }
}

async function readKey(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new NodeError(
      `cannot read the key ${path} (${cause.code}); mount a folder with the files ${files.gossip} and ${files.rpc} there, created by: lab-node keys FOLDER`,
      { cause },
    )
  })
  if (text.trim() === '') throw new NodeError(`${path}: expected a key, got an empty file`)
  return text.trim()
}

/** Writes keys into a folder; existing files are kept. */
export async function writeKeys(folder: string, keys: Keys): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const kind of ['gossip', 'rpc'] as const) {
    const path = join(folder, files[kind])
    const temporary = `${path}.${randomUUID()}`
    await writeFile(temporary, `${keys[kind]}\n`, { mode: 0o600, flag: 'wx' })
    try {
      // A reader finds a complete key or none. Of two concurrent writers the first one wins.
      await link(temporary, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      await rm(temporary)
    }
  }
}
