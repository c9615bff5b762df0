import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Comparison } from '../compare/comparison.js'
import { readComparisons } from '../compare/read-comparisons.js'
import { convergenceFile, type Convergence } from '../convergence/convergence.js'
import { evidenceFaults } from '../evidence/completeness.js'
import { readResult } from '../evidence/keep-result.js'
import { readManifest, type FileRecord, type Manifest } from '../evidence/manifest.js'
import type { Timeline } from '../evidence/observe-change.js'
import { journalName } from '../tasks/create-step-context.js'
import { taskFolder } from '../tasks/run-task.js'
import { tasks } from '../tasks/tasks.js'
import type { Task } from '../tasks/task.js'

/** A task and what was found of its evidence. */
export interface Chapter {
  readonly task: Task
  readonly folder: string
  /** Undefined where the task has never been run. */
  readonly manifest: Manifest | undefined
  /** Files that are missing or invalid; empty where the evidence is complete. */
  readonly faults: readonly string[]
  /** The files of the manifest that are there, by their paths in the task's folder. */
  readonly contents: ReadonlyMap<string, Uint8Array>
}

/** Everything that a report is made from. */
export interface Collected {
  readonly chapters: readonly Chapter[]
  /** One for each kind of node that was compared. */
  readonly comparisons: readonly Comparison[]
  readonly convergence: Convergence | undefined
}

/** Reads the evidence of all tasks, and the measurements that are there. */
export async function collect(logs: string): Promise<Collected> {
  const chapters = await Promise.all(tasks.map(task => readChapter(logs, task)))
  return {
    chapters,
    comparisons: await readComparisons(logs),
    convergence: await readResult<Convergence>(join(logs, convergenceFile)),
  }
}

/** Reads the evidence of one task. */
export async function readChapter(logs: string, task: Task): Promise<Chapter> {
  const folder = taskFolder(logs, task.number)
  const manifest = await readManifest(folder)
  if (!manifest) return { task, folder, manifest, faults: ['not run'], contents: new Map() }
  const expected = task.steps.map(({ id, files }) => ({ id, files: [...files, journalName] }))
  const faults = await evidenceFaults(folder, manifest, expected)
  const contents = new Map<string, Uint8Array>()
  for (const { path } of manifest.files) {
    const bytes = await readFile(join(folder, path)).catch(() => undefined)
    if (bytes) contents.set(path, bytes)
  }
  return { task, folder, manifest, faults, contents }
}

/** The files of one step, in the order in which they were taken. */
export function filesOf({ manifest, contents }: Chapter, step: string): FileRecord[] {
  return (manifest?.files ?? []).filter(file => file.step === step && contents.has(file.path))
}

/** A file's text. */
export function textOf({ contents }: Chapter, path: string): string {
  return new TextDecoder().decode(contents.get(path))
}

/** The timeline of a step that has one. */
export function timelineOf(chapter: Chapter, step: string): Timeline | undefined {
  const path = `${step}/timeline.json`
  return chapter.contents.has(path) ? (JSON.parse(textOf(chapter, path)) as Timeline) : undefined
}
