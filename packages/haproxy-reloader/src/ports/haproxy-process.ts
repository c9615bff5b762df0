import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Environment } from './environment.js'

/** The master and the workers of a HAProxy, as far as this process can see them. */
export interface HaproxyProcess {
  /** Users that they run as. */
  readonly uids: ReadonlySet<number>
  readonly environment: Environment
  /** Control group of its service; `/` if it has none. */
  readonly cgroup: string
  /** Returns whether a process is one of them. */
  has(pid: number): Promise<boolean>
}

/**
 * Finds the processes of a HAProxy. Undefined if its worker is not visible here,
 * or has another network than this process: then nothing is known about its ports.
 *
 * @param worker - process id of the worker, as HAProxy reports it
 */
export async function findHaproxy(worker: number): Promise<HaproxyProcess | undefined> {
  if (!(await isHaproxy(worker)) || !(await hasOwnNetwork(worker))) return undefined
  const parent = await parentOf(worker)
  const master = parent !== undefined && (await isHaproxy(parent)) ? parent : worker
  const uids = await Promise.all([master, worker].map(uidOf))
  return {
    uids: new Set(uids.filter(uid => uid !== undefined)),
    environment: await environmentOf(master),
    cgroup: /^0::(\/.*)$/m.exec((await read(`/proc/${worker}/cgroup`)) ?? '')?.[1] ?? '/',
    has: async pid => pid === master || pid === worker || (await parentOf(pid)) === master,
  }
}

/** In another container the same number may be another program. */
async function isHaproxy(pid: number): Promise<boolean> {
  const words = (await read(`/proc/${pid}/cmdline`))?.split('\0') ?? []
  return words.some(word => /^haproxy(?:-?[\d.]+)?$/.test(basename(word)))
}

/** The tables of one network are one file, whichever process they are read through. */
async function hasOwnNetwork(pid: number): Promise<boolean> {
  const [own, other] = await Promise.all(
    ['self', pid].map(async of => stat(`/proc/${of}/net/tcp`).catch(() => undefined)),
  )
  return own !== undefined && own.ino === other?.ino && own.dev === other.dev
}

async function parentOf(pid: number): Promise<number | undefined> {
  const parent = /^PPid:\s*(\d+)$/m.exec((await read(`/proc/${pid}/status`)) ?? '')?.[1]
  return parent === undefined || parent === '0' ? undefined : Number(parent)
}

async function uidOf(pid: number): Promise<number | undefined> {
  return (await stat(`/proc/${pid}`).catch(() => undefined))?.uid
}

/** Another user's environment cannot be read. */
async function environmentOf(pid: number): Promise<Environment> {
  const text = await read(`/proc/${pid}/environ`)
  const pairs = text?.split('\0').filter(pair => pair.includes('=')) ?? []
  const values = Object.fromEntries(
    pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  return { values, isWhole: text !== undefined }
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
