import type { HandedFile } from './handed-file.js'
import { type RequiredFile, taskOf } from './required-file.js'
import { canBe, requiredFiles } from './required-files.js'

/** Result for one thing that the assignment asks for. */
export interface Mark {
  readonly task: number
  /** The line of the assignment, as in `2.1`; undefined for the marks of a whole task. */
  readonly line: string | undefined
  readonly what: string
  /** The file that was taken for it, or that comes nearest to it. */
  readonly path: string | undefined
  /** Problem, as `expected …, got …`; undefined if it is there. */
  readonly problem: string | undefined
}

/**
 * Returns a mark for every file that the assignment asks for. The contents
 * decide which file is which, so that a hand-in may name its files as it likes.
 */
export function gradeHandIn(files: readonly HandedFile[]): Mark[] {
  const accepted: HandedFile[] = []
  return requiredFiles.map(required => {
    const { line, what } = required
    const task = taskOf(required)
    const earlier = accepted.filter(file => file.task === task)
    const candidates = candidatesFor(required, files).filter(file => !earlier.includes(file))
    const judged = candidates.map(file => ({ file, problem: problemOf(required, file, earlier) }))
    const found = judged.find(({ problem }) => problem === undefined)
    if (found) accepted.push(found.file)
    const [nearest] = found ? [found] : judged
    return nearest
      ? { task, line, what, path: nearest.file.path, problem: nearest.problem }
      : { task, line, what, path: undefined, problem: missing(required, files) }
  })
}

/** Returns the files of the task that can be the required one, the likeliest first. */
function candidatesFor(required: RequiredFile, files: readonly HandedFile[]): HandedFile[] {
  const ofTask = files.filter(file => file.task === taskOf(required) && canBe(required, file))
  const isLikely = (file: HandedFile) => required.hint?.test(file.path) === true
  return [...ofTask.filter(isLikely), ...ofTask.filter(file => !isLikely(file))]
}

function problemOf(
  required: RequiredFile,
  file: HandedFile,
  earlier: readonly HandedFile[],
): string | undefined {
  if (file.bytes.length === 0) return 'the file is empty, or larger than 16 MiB'
  return required.problem(file, earlier)
}

function missing(required: RequiredFile, files: readonly HandedFile[]): string {
  const { names } = required
  const task = taskOf(required)
  if (!files.some(file => file.task === task)) {
    return `no folder of task ${task}: expected one that is named after it, as in task-${task}`
  }
  const elsewhere = files.find(file => file.task === undefined && names.test(file.name))
  const hint = elsewhere ? `; ${elsewhere.path} is in no task's folder` : ''
  return `no file: expected one in the folder of task ${task}${hint}`
}
