import { join } from 'node:path'
import type { HaproxyUnit } from './haproxy-unit.js'
import type { Sources } from './source-files.js'

/** Returns the arguments that decide what HAProxy loads, as its unit starts it. */
export function startArguments(
  { paths }: Sources,
  unit: HaproxyUnit | undefined,
  root: string,
): readonly string[] {
  const { options = [], folder } = unit?.start ?? {}
  const inFolder = folder === undefined ? [] : ['-C', join(root, folder)]
  return [...options, ...inFolder, ...paths.flatMap(path => ['-f', path])]
}

/** Returns whether HAProxy loads more than one file, or may do so later: a folder can get others. */
export function loadsMore({ paths, files }: Sources): boolean {
  return paths.length > 1 || files.some(({ path }) => !paths.includes(path))
}
