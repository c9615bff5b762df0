import type { DesiredFile } from '../plan/desired-file.js'
import { unifiedDiff } from './unified-diff.js'

/** A text, and the texts of the files that it names. */
interface TextAndFiles {
  readonly text: string
  readonly files?: readonly Pick<DesiredFile, 'path' | 'text'>[] | undefined
}

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
