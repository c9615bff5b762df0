import { joinedMembers, ownName } from './contents.js'
import type { HandedFile } from './handed-file.js'

/** A file that the assignment asks for. */
export interface RequiredFile {
  /** The line of the assignment that asks for it, as in `2.1`; its task is the first digit. */
  readonly line: string
  /** The file in the words of the assignment, for a line of the result. */
  readonly what: string
  /** Names that it can have. */
  readonly names: RegExp
  /** Paths that are tried first, where several files have such a name. */
  readonly hint?: RegExp
  /**
   * Returns what is wrong with a file, as `expected …, got …`; undefined if it
   * is the required one.
   *
   * @param earlier - the files that were accepted for this task so far
   */
  readonly problem: (file: HandedFile, earlier: readonly HandedFile[]) => string | undefined
}

/** Returns the names of files about one node, as `ha.log`, `s1-after.txt` or `docker_logs_ha`. */
export function namesOf(node: string): RegExp {
  const alias = node === 'ha' ? 'ha|haproxy|balancer' : `${node}|(?:webapp|backend)[-_]?${node[1]}`
  return new RegExp(
    `(?:^|[^a-z0-9])(?:${alias})(?:[^0-9a-z]|$)(?!.*\\.(?:png|jpe?g|json|cfg)$)`,
    'i',
  )
}

/** Returns a problem in the form of every error; undefined if the value is as expected. */
export function unless(isGood: boolean, expected: string, got: string): string | undefined {
  return isGood ? undefined : `expected ${expected}, got ${got}`
}

/** Returns a list as words, as in `s1, s2` or `none`. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}

/** Returns the problem of a log whose agent wrote an earlier log of the same node kind. */
export function otherAgent(file: HandedFile, earlier: readonly HandedFile[]): string | undefined {
  const own = ownName(file.text)
  const same = earlier.find(({ text }) => own !== undefined && ownName(text) === own)
  return same && `expected the log of another agent than ${same.path}, got ${own} again`
}

/** Returns the task that asks for a file. */
export function taskOf({ line }: Pick<RequiredFile, 'line'>): number {
  return Number(line.split('.')[0])
}

/** Returns the members whose joins a log reports, as words. */
export function joins(text: string): string {
  return ownName(text) === undefined ? 'no log of a Serf agent' : listed(joinedMembers(text))
}

/** Returns the begin of a text, as words. */
export function shortened(text: string): string {
  return text.trim() === '' ? 'nothing' : `${text.trim().slice(0, 60)} …`
}
