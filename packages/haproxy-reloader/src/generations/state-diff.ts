import type { DesiredState } from '../plan/desired-state.js'
import { unifiedDiff } from './unified-diff.js'

/** What a difference is about. */
type TextAndFiles = Pick<DesiredState, 'text' | 'files'>

/**
 * Returns the difference between two configurations, as `diff -u` writes it: that
 * of the texts, followed by those of the files that they name.
 *
 * @param names - the names of the two; in front of the path for a file
 */
export function stateDiff(
  before: TextAndFiles,
  after: TextAndFiles,
  [oldName, newName]: readonly [string, string],
): string {
  const [old, now] = [textsOf(before), textsOf(after)]
  const paths = new Set([...now.keys(), ...old.keys()])
  const ofFiles = [...paths].map(path =>
    unifiedDiff(old.get(path) ?? '', now.get(path) ?? '', [
      `${oldName} ${path}`,
      `${newName} ${path}`,
    ]),
  )
  return [unifiedDiff(before.text, after.text, [oldName, newName]), ...ofFiles].join('')
}

function textsOf({ files = [] }: TextAndFiles): ReadonlyMap<string, string> {
  return new Map(files.map(({ path, text }) => [path, text]))
}
