import { RE2JS } from 're2js'
import type { Member } from '../records/member.js'
import type { FakeCluster } from './fake-cluster.js'

/**
 * Returns the members that match the body of a `members-filtered` request. Names
 * without wildcards are looked up, so that their answer costs the same in a
 * cluster of any size.
 *
 * @throws Error for an expression that does not compile
 */
export function filteredMembers(
  cluster: FakeCluster,
  { Name, Status, Tags }: Readonly<Record<string, unknown>>,
): readonly Member[] {
  const hasStatus = matcher(Status)
  const tags = Object.entries(textsOf(Tags)).map(([tag, text]) => ({ tag, test: matcher(text) }))
  return named(cluster, Name).filter(
    member =>
      hasStatus(member.status) && tags.every(({ tag, test }) => test(member.tags[tag] ?? '')),
  )
}

function named(cluster: FakeCluster, expression: unknown): readonly Member[] {
  const names = literals(expression)
  if (names) return names.flatMap(name => cluster.members.get(name) ?? [])
  const hasName = matcher(expression)
  return cluster.list.filter(({ name }) => hasName(name))
}

/** Returns the own texts of a map from the wire. */
export function textsOf(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Compiles an expression as Serf does; without one, every text matches. */
function matcher(expression: unknown): (text: string) => boolean {
  if (typeof expression !== 'string' || expression === '') return () => true
  const compiled = compile(expression)
  return text => compiled.matcher(text).find()
}

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(`^${expression}$`)
  } catch {
    // The session closes the connection, as a real agent does.
    throw new Error('a regular expression that does not compile')
  }
}

/** Returns the texts that an expression matches; undefined if it may match others. */
function literals(expression: unknown): readonly string[] | undefined {
  if (typeof expression !== 'string') return undefined
  const [, group] = /^\(\?:(.*)\)$/su.exec(expression) ?? []
  const alternatives = group?.split(/(?<=(?<!\\)(?:\\\\)*)\|/u) ?? [expression]
  const texts = alternatives.map(literal)
  return texts.includes(undefined) ? undefined : [...new Set(texts.flatMap(text => text ?? []))]
}

/** Returns the only text that an expression without alternatives matches. */
function literal(expression: string): string | undefined {
  const [, text] = /^\^?((?:[^\\^$.|?*+()[\]{}]|\\[^A-Za-z0-9])+)\$?$/su.exec(expression) ?? []
  return text?.replaceAll(/\\(.)/gsu, '$1')
}
