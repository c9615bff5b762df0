import { join, resolve } from 'node:path'
import { evidenceFaults } from '../evidence/completeness.js'
import { readManifest } from '../evidence/manifest.js'
import { tasks } from '../tasks/tasks.js'
import { gradeHandIn, type Mark } from './grade-hand-in.js'
import { readHandIn } from './handed-file.js'

/** Options of `grade`. */
export interface GradeOptions {
  /** The folder of logs that was handed in. */
  readonly logs: string
  readonly isJson: boolean
}

/**
 * `npm run lab -- grade LOGS`: checks the files of a hand-in, ours or a
 * student's, against the assignment.
 *
 * @returns whether all that is asked for is there
 * @throws LabError if the folder cannot be read
 */
export async function gradeCommand({ logs, isJson }: GradeOptions): Promise<boolean> {
  const folder = resolve(logs)
  const marks = [...gradeHandIn(await readHandIn(folder)), ...(await manifestMarks(folder))]
  const good = marks.filter(({ problem }) => problem === undefined).length
  const isGood = good === marks.length
  if (isJson) console.log(JSON.stringify({ ok: isGood, points: good, of: marks.length, marks }))
  else {
    for (const mark of marks) console.log(textOf(mark))
    console.log(`${good} of ${marks.length} points for the files; the answers are yours to read`)
  }
  return isGood
}

/** A run of this lab has manifests: its files have to be those that it took, step by step. */
async function manifestMarks(folder: string): Promise<Mark[]> {
  const marks = tasks.map(async ({ number, steps }) => {
    const place = join(folder, `task-${number}`)
    const manifest = await readManifest(place)
    if (!manifest) return []
    const faults = await evidenceFaults(place, manifest, steps)
    const problem = faults.length === 0 ? undefined : faults.join('; ')
    const path = `task-${number}/manifest.json`
    return [
      { task: number, line: undefined, what: 'files as their steps took them', path, problem },
    ]
  })
  return (await Promise.all(marks)).flat()
}

function textOf({ task, line, what, path, problem }: Mark): string {
  const place = line ?? `task ${task}`
  const found = path === undefined ? '' : `: ${path}`
  return problem === undefined
    ? `✓ ${place}  ${what}${found}`
    : `✗ ${place}  ${what}${found}: ${problem}`
}
