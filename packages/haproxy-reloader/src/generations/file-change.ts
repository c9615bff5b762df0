import { isSameFiles, type DesiredFile } from '../plan/desired-file.js'
import { textSplices, withoutSplices, withSplices, type TextSplice } from './text-change.js'

/** The change of one file: where it differs, or its text if it is new or gone. */
export type FileChange = Pick<DesiredFile, 'path' | 'use'> &
  (
    | { readonly splices: readonly TextSplice[] }
    | { readonly added: string }
    | { readonly removed: string }
  )

/** Returns the changes of files; undefined if there are none. Those that did not change have no splices. */
export function fileChanges(
  before: readonly DesiredFile[] = [],
  after: readonly DesiredFile[] = [],
): readonly FileChange[] | undefined {
  if (isSameFiles(before, after)) return undefined
  const old = new Map(before.map(file => [file.path, file]))
  const present = new Set(after.map(({ path }) => path))
  const gone = before.filter(({ path }) => !present.has(path))
  return [
    ...after.map(({ path, use, text }) => {
      const known = old.get(path)
      return known
        ? { path, use, splices: textSplices(known.text, text) }
        : { path, use, added: text }
    }),
    ...gone.map(({ path, use, text }) => ({ path, use, removed: text })),
  ]
}

/** Returns the files after their changes. */
export function withFileChanges(
  before: readonly DesiredFile[] = [],
  changes: readonly FileChange[],
): readonly DesiredFile[] {
  const old = new Map(before.map(file => [file.path, file.text]))
  return changes.flatMap(change => {
    const { path, use } = change
    if ('removed' in change) return []
    if ('added' in change) return [{ path, use, text: change.added }]
    const text = old.get(path)
    if (text === undefined) throw new RangeError(`Expected a file ${path} to change, got none`)
    return [{ path, use, text: withSplices(text, change.splices) }]
  })
}

/** Returns the texts before their changes, by path; undefined for a file that was not there. */
export function textsBefore(
  after: readonly DesiredFile[] = [],
  changes: readonly FileChange[],
): ReadonlyMap<string, string | undefined> {
  const texts = new Map(after.map(file => [file.path, file.text]))
  return new Map(
    changes.map(change => {
      const { path } = change
      if ('removed' in change) return [path, change.removed]
      if ('added' in change) return [path, undefined]
      return [path, withoutSplices(texts.get(path) ?? '', change.splices)]
    }),
  )
}
