import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from 'serf-haproxy-lab'

/** Result of one check of the system. */
export interface Check {
  readonly claim: string
  readonly holds: boolean
  /** The value found, where it adds to the claim. */
  readonly found?: string
}

/** Progress of a step or a task. */
export type Progress = 'incomplete' | 'failed' | 'complete'

/** A step of a task, as it was run. */
export interface StepRecord {
  readonly id: string
  readonly title: string
  readonly state: Progress
  /** Number of the task's run that it belongs to, from 1. */
  readonly run: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly endedAt: string
  readonly checks: readonly Check[]
}

/** One file of evidence. */
export interface FileRecord {
  /** Relative to the task's folder. */
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  /** Time at which it was taken, ISO 8601. */
  readonly at: string
  /** The step that it belongs to. */
  readonly step: string
  readonly run: number
  /** The command that tells the same at a terminal. */
  readonly command: string
}

/** Contents of a task's folder, and their origin. */
export interface Manifest {
  readonly task: number
  readonly title: string
  readonly engine: string
  readonly state: Progress
  /** The reason why it is not complete; empty where it is. */
  readonly reason: string
  readonly runs: number
  readonly steps: readonly StepRecord[]
  readonly files: readonly FileRecord[]
}

/** The name of the manifest in a task's folder. */
const manifestName = 'manifest.json'

/** A task's manifest; undefined where the task has never been run. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const file = join(folder, manifestName)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    const manifest = JSON.parse(text) as Manifest
    if (Array.isArray(manifest.steps) && Array.isArray(manifest.files)) return manifest
  } catch {
    // Told below.
  }
  throw new LabError(
    `${file} is no manifest of the lab: move the folder away and run the task again`,
  )
}

/** Writes a manifest whole or not at all. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = join(folder, manifestName)
  await writeFile(`${file}.new`, `${JSON.stringify(manifest, null, 2)}\n`)
  await rename(`${file}.new`, file)
}

/** The SHA-256 of a file's bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
