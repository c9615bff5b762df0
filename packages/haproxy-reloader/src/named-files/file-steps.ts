import type { DesiredFile } from '../plan/desired-file.js'
import type { ListOperation } from '../plan/operation.js'
import { reloadPlan, type PlannedSteps } from '../plan/plan.js'
import type { ReloadReason } from '../plan/reload-trigger.js'
import { noDifference } from '../plan/text-difference.js'

/** The steps to the files of a state. */
export interface FileSteps {
  /** Maps and ACLs of which HAProxy has another content; they are written afterwards. */
  readonly lists: readonly DesiredFile[]
  /** Files that only the disk has with another content. */
  readonly stale: readonly DesiredFile[]
  /** The reason to load a file by a reload; undefined if there is none. */
  readonly reload: ReloadReason | undefined
}

/** Steps to servers and to files. */
export interface StepsWithFiles extends PlannedSteps {
  readonly files?: FileSteps
}

/** A file, compared with the disk and with HAProxy. */
export interface FileFinding {
  readonly file: DesiredFile
  /** True if the disk has this content. */
  readonly isWritten: boolean
  /**
   * HAProxy's content of a map or an ACL: this one, or `other`. It is `unknown`
   * if HAProxy has no such list, or for a file that cannot be compared, and
   * `unread` if it is too large to be read.
   */
  readonly running: 'same' | 'other' | 'unknown' | 'unread'
  /** True if the worker that answers is known to have this content, if nothing changed it since. */
  readonly wasConfirmed: boolean
}

/** Returns the steps from the files of the confirmed state; undefined if there is nothing to do. */
export function stepsFromFiles(
  from: readonly DesiredFile[] | undefined,
  to: readonly DesiredFile[] | undefined,
): FileSteps | undefined {
  if (from === to || !to) return undefined
  const before = new Map(from?.map(file => [file.path, file]))
  const changed = to.filter(({ path, use, text }) => {
    const known = before.get(path)
    return known?.use !== use || known.text !== text
  })
  if (changed.length === 0) return undefined
  const loaded = changed.find(({ use }) => use === 'reload')
  return {
    lists: changed.filter(({ use }) => use !== 'reload'),
    stale: [],
    reload: loaded && otherFile(loaded),
  }
}

/**
 * Returns the steps for files that were compared; undefined if there is nothing to do.
 *
 * | HAProxy            | disk  | confirmed | step                     |
 * |--------------------|-------|-----------|--------------------------|
 * | same               | same  |           | none                     |
 * | same               | other |           | write                    |
 * | other              |       |           | transaction, then write  |
 * | unread             | same  | yes       | none                     |
 * | unread             | other | yes       | write                    |
 * | unread             |       | no        | transaction, then write  |
 * | unknown            | same  |           | none                     |
 * | unknown            | other | yes       | write                    |
 * | unknown            | other | no        | reload                   |
 */
export function stepsFromFindings(findings: readonly FileFinding[]): FileSteps | undefined {
  const lists: DesiredFile[] = []
  const stale: DesiredFile[] = []
  let reload: ReloadReason | undefined
  for (const { file, isWritten, running, wasConfirmed } of findings) {
    if (running === 'other' || (running === 'unread' && !wasConfirmed)) lists.push(file)
    else if (isWritten) continue
    else if (running === 'unknown' && !wasConfirmed) reload ??= otherFile(file)
    else stale.push(file)
  }
  return lists.length > 0 || stale.length > 0 || reload ? { lists, stale, reload } : undefined
}

function otherFile({ path }: DesiredFile): ReloadReason {
  return { trigger: 'file', reason: `${path} has another content` }
}

/** Adds the steps of files to a plan. */
export function withFileSteps(steps: PlannedSteps, files: FileSteps | undefined): StepsWithFiles {
  const { plan } = steps
  if (!files || plan.kind === 'reload') return steps
  if (files.reload)
    return { ...steps, plan: reloadPlan(files.reload), difference: noDifference, files }
  if (files.lists.length === 0) return { ...steps, files }
  const operations = files.lists.map(listOperation)
  const words = operations.map(({ kind, path }) => `${kind} ${path}`)
  const reason = [...words, ...(plan.kind === 'runtime' ? [plan.reason] : [])].join(', ')
  return {
    ...steps,
    plan: { ...plan, kind: 'runtime', reason, operations: [...operations, ...plan.operations] },
    files,
  }
}

/** Returns the operation that gives HAProxy the content of a list. */
export function listOperation({ path, use }: DesiredFile): ListOperation {
  return { kind: use === 'acl' ? 'set-acl' : 'set-map', path }
}
