import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256, type Manifest, type StepRecord } from './manifest.js'

/** Files that a task has to leave, by step. */
export interface Expected {
  readonly id: string
  readonly files: readonly string[]
}

/**
 * Returns the errors in the evidence of a task: what is missing, empty, changed
 * since it was taken, or taken in another step. Empty where all is there.
 */
export async function evidenceFaults(
  folder: string,
  manifest: Manifest,
  expected: readonly Expected[],
): Promise<string[]> {
  const faults: string[] = []
  for (const { id, files } of expected) {
    const step = manifest.steps.find(known => known.id === id)
    if (step?.state !== 'complete') faults.push(`step ${id} is ${step?.state ?? 'not run'}`)
    for (const file of files) {
      const path = `${id}/${file}`
      const fault = await fileFault(folder, manifest, path, step)
      if (fault) faults.push(`${path} ${fault}`)
    }
  }
  return faults
}

async function fileFault(
  folder: string,
  { files }: Manifest,
  path: string,
  step: StepRecord | undefined,
): Promise<string | undefined> {
  const record = files.find(file => file.path === path)
  const bytes = await readFile(join(folder, path)).catch(() => undefined)
  if (!bytes) return 'is missing'
  if (bytes.length === 0) return 'is empty'
  if (!record) return 'is not in the manifest'
  if (sha256(bytes) !== record.sha256) return 'has changed since it was taken'
  if (!step) return undefined
  const isFromStep =
    record.step === step.id &&
    record.run === step.run &&
    record.at >= step.startedAt &&
    (step.state !== 'complete' || record.at <= step.endedAt)
  return isFromStep ? undefined : `is from another step: taken in ${record.step} at ${record.at}`
}
