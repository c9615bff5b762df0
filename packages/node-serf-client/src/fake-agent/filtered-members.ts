import { RE2JS } from 're2js'
import type { Member } from '../records/member.js'
import type { FakeCluster } from './fake-cluster.js'

/**
 * Returns the members that match the body of a `members-filtered` request. A
 * name without wildcards is looked up, so that its answer costs the same in a
 * cluster of any size.
 *
 * @throws Error for an expression that does not compile
 */
export function filteredMembers(
  cluster: FakeCluster,
  { Name, Status, Tags }: Readonly<Record<string, unknown>>,
): readonly Member[] {
  const tests = [
    ...Object.entries(textsOf(Tags)).map(([tag, text]) => {
      const test = matcher(text)
      return (member: Member) => test(member.tags[tag] ?? '')
    }),
    ...[matcher(Status)].map(test => (member: Member) => test(member.status)),
  ]
  const isWanted = (member: Member) => tests.every(test => test(member))
  const name = literal(Name)
  if (name === undefined) {
    const test = matcher(Name)
    return cluster.list.filter(member => test(member.name) && isWanted(member))
  }
  const named = cluster.members.get(name)
  return named && isWanted(named) ? [named] : []
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

/** Returns the only text that an expression matches; undefined if it may match others. */
function literal(expression: unknown): string | undefined {
  if (typeof expression !== 'string') return undefined
  const [, text] = /^\^?((?:[^\\^$.|?*+()[\]{}]|\\[^A-Za-z0-9])+)\$?$/su.exec(expression) ?? []
  return text?.replaceAll(/\\(.)/gsu, '$1')
}
