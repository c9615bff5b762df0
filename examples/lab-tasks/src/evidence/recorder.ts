import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LabError } from 'serf-haproxy-lab'
import { evidenceFaults, type Expected } from './completeness.js'
import {
  readManifest,
  sha256,
  writeManifest,
  type Check,
  type Manifest,
  type Progress,
  type StepRecord,
} from './manifest.js'

/** Name of a task, and the files that it has to leave. */
export interface Subject {
  readonly task: number
  readonly title: string
  readonly engine: string
  readonly steps: readonly (Expected & { readonly title: string })[]
}

/**
 * Writes a task's evidence as it comes. The manifest on the disk says
 * `incomplete` until the last file is there and checked, so that whatever
 * ends this program leaves the truth behind.
 */
export interface Recorder {
  readonly folder: string
  /** Returns whether an earlier run has completed this step, and its files are untouched. */
  isKept(step: string): boolean
  begin(step: string): Promise<void>
  save(step: string, file: string, command: string, bytes: Uint8Array): Promise<void>
  end(step: string, checks: readonly Check[]): Promise<void>
  /** Closes the manifest; returns what keeps it from being complete. */
  close(): Promise<readonly string[]>
  /** Says why the task stopped; the evidence so far stays. */
  abandon(reason: string): Promise<void>
}

/** Opens a task's folder, for the first time or again. */
export async function openRecorder(folder: string, subject: Subject): Promise<Recorder> {
  await orExplain(folder, () => mkdir(folder, { recursive: true }))
  let manifest = await startingManifest(folder, subject)
  const kept = new Set(manifest.steps.map(({ id }) => id))
  const change = async (part: Partial<Manifest>) => {
    manifest = { ...manifest, ...part }
    await orExplain(folder, () => writeManifest(folder, manifest))
  }
  const putStep = (record: StepRecord) =>
    change({ steps: [...manifest.steps.filter(({ id }) => id !== record.id), record] })
  await change({})

  return {
    folder,
    isKept: step => kept.has(step),

    async begin(step) {
      await rm(join(folder, step), { recursive: true, force: true })
      const title = subject.steps.find(({ id }) => id === step)?.title ?? step
      const startedAt = new Date().toISOString()
      const record = { id: step, title, run: manifest.runs, startedAt, endedAt: '', checks: [] }
      await change({ files: manifest.files.filter(file => file.step !== step) })
      await putStep({ ...record, state: 'incomplete' })
    },

    async save(step, file, command, bytes) {
      const path = `${step}/${file}`
      const at = new Date().toISOString()
      await orExplain(folder, async () => {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), bytes)
      })
      const record = { path, sha256: sha256(bytes), bytes: bytes.length, at, step }
      await change({ files: [...manifest.files, { ...record, run: manifest.runs, command }] })
    },

    async end(step, checks) {
      const begun = manifest.steps.find(({ id }) => id === step)
      if (!begun) throw new Error(`step ${step} has not begun`)
      const state: Progress = checks.every(({ holds }) => holds) ? 'complete' : 'failed'
      await putStep({ ...begun, state, checks, endedAt: new Date().toISOString() })
    },

    async close() {
      const faults = await evidenceFaults(folder, manifest, subject.steps)
      const isFailed = manifest.steps.some(({ state }) => state === 'failed')
      const state: Progress = faults.length === 0 ? 'complete' : isFailed ? 'failed' : 'incomplete'
      await change({ state, reason: faults.join('; ') })
      return faults
    },

    async abandon(reason) {
      // A disk that is full has no place for the reason; what is there says `incomplete` already.
      await change({ state: 'incomplete', reason }).catch(() => {})
    },
  }
}

/** Returns the valid remains of an earlier run, as the beginning of this one. */
async function startingManifest(folder: string, subject: Subject): Promise<Manifest> {
  const { task, title, engine } = subject
  const empty: Manifest = {
    task,
    title,
    engine,
    state: 'incomplete',
    reason: 'the task has not come to its end',
    runs: 1,
    steps: [],
    files: [],
  }
  const earlier = await readManifest(folder)
  if (!earlier) await requireEmpty(folder)
  // A complete task runs again from its start; so does one that another engine began.
  if (!earlier || earlier.state === 'complete' || earlier.engine !== engine) return empty
  const good: StepRecord[] = []
  for (const step of subject.steps) {
    const record = earlier.steps.find(({ id }) => id === step.id)
    const faults = await evidenceFaults(folder, earlier, [step])
    if (record && faults.length === 0) good.push(record)
  }
  const ids = new Set(good.map(({ id }) => id))
  const files = earlier.files.filter(({ step }) => ids.has(step))
  return { ...empty, runs: earlier.runs + 1, steps: good, files }
}

/** Rejects a folder with files that are not a task's: steps remove their folders before they begin. */
async function requireEmpty(folder: string): Promise<void> {
  // An interrupted write of the first manifest leaves this file.
  const files = (await readdir(folder)).filter(file => file !== 'manifest.json.new')
  if (files.length === 0) return
  throw new LabError(
    `The evidence cannot be written to ${folder}: expected an empty folder or one with the manifest of a task, got ${files.slice(0, 3).join(', ')}; name another folder with --out`,
  )
}

/** Converts errors that a user can fix, such as a full disk, to one line. */
async function orExplain<T>(folder: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOSPC' ? 'the disk is full' : message
    throw new LabError(
      `The evidence cannot be written to ${folder}: ${reason}; what is there is kept, and marked incomplete: make room, or name another folder with --out, and run the task again`,
    )
  }
}
