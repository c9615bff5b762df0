import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, link, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NodeError } from './node-error.js'

/** The two secrets of a cluster: who may gossip, and who may ask an agent. */
export interface Keys {
  /** 32 bytes in base64, for AES-256. */
  readonly gossip: string
  readonly rpc: string
}

/** Files of the folder that is mounted into every node. */
const files = { gossip: 'gossip', rpc: 'rpc' } as const

/** Fresh keys. */
export function newKeys(): Keys {
  return { gossip: newKey(), rpc: newKey() }
}

function newKey(): string {
  return randomBytes(32).toString('base64')
}

/**
 * Reads the keys of a folder.
 *
 * @throws NodeError where one is missing or is no key.
 */
export async function readKeys(folder: string): Promise<Keys> {
  const [gossip, rpc] = await Promise.all([
    readKey(join(folder, files.gossip)),
    readKey(join(folder, files.rpc)),
  ])
  const bytes = Buffer.from(gossip, 'base64').length
  if (![16, 24, 32].includes(bytes)) {
    throw new NodeError(
      `${join(folder, files.gossip)}: found ${bytes} bytes of base64, wanted 16, 24 or 32; make one with: serf keygen`,
    )
  }
  return { gossip, rpc }
}

async function readKey(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new NodeError(
      `cannot read the key ${path} (${cause.code}); mount a folder with the files ${files.gossip} and ${files.rpc} there, made by: lab-node keys FOLDER`,
      { cause },
    )
  })
  if (text.trim() === '') throw new NodeError(`${path}: found an empty file, wanted a key`)
  return text.trim()
}

/** Writes keys into a folder; those that are there already stay. */
export async function writeKeys(folder: string, keys: Keys): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const kind of ['gossip', 'rpc'] as const) {
    const path = join(folder, files[kind])
    const fresh = `${path}.${process.pid}`
    await writeFile(fresh, `${keys[kind]}\n`, { mode: 0o600 })
    try {
      // A reader finds the whole key or none, and of two writers the first one's is kept.
      await link(fresh, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      await rm(fresh)
    }
  }
}
