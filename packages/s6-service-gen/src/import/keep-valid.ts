import { findDependencyCycle } from '../dependency-cycle.js'
import { faultsIn, parseDescription } from '../description/parse-description.js'
import { loggerOf, pipelineOf } from '../description/references.js'
import type { Services } from '../description/service-description.js'
import type { Draft, Imported } from './import-longrun.js'

/** Fields that a service cannot be without. */
const needed: readonly string[] = ['type', 'run', 'up', 'contents']

/** Fields whose entries are left out one by one. */
const maps: readonly string[] = ['files', 'environment']

type Drafts = Map<string, Record<string, unknown>>

/**
 * Keeps what a description can say of services that were read: a field that it
 * rejects is left out, or the service if it cannot be without that; and so is
 * what refers to a service that is not there, or closes a cycle.
 */
export function keepValid(input: readonly (readonly [string, Draft])[]): Imported<Services> {
  const notes: string[] = []
  const drafts: Drafts = new Map(input.map(([name, draft]) => [name, { ...draft }]))
  for (const [name, draft] of drafts) {
    if (!keepFields(name, draft, notes)) drafts.delete(name)
  }
  while (dropReferences(drafts, notes) || dropCycle(drafts, notes)) continue
  dropLogs(drafts, notes)
  return { services: parseDescription(Object.fromEntries(drafts)), notes }
}

/** Leaves out what is rejected; false if that is the whole service. */
function keepFields(name: string, draft: Record<string, unknown>, notes: string[]): boolean {
  // Names of other services are looked at together with those services.
  const { after: _after, contents, ...own } = draft
  const checked = contents === undefined ? own : { ...own, contents: ['any'] }
  for (let faults = faultsIn(name, checked); faults.length > 0; faults = faultsIn(name, checked)) {
    for (const { path, text } of faults) {
      const [field, entry] = path
      if (field === undefined || needed.includes(field)) {
        notes.push(`${text}; the service is left out`)
        return false
      }
      const map = checked[field]
      if (maps.includes(field) && entry !== undefined && map instanceof Object) {
        const rest = Object.entries(map).filter(([key]) => key !== entry)
        draft[field] = checked[field] = Object.fromEntries(rest)
      } else {
        delete checked[field]
        delete draft[field]
      }
      notes.push(`${text}; it is left out`)
    }
  }
  return true
}

/** Leaves out names that are not there, and bundles that become empty; true if there was one. */
function dropReferences(drafts: Drafts, notes: string[]): boolean {
  const before = notes.length
  for (const [name, draft] of drafts) {
    const [field, others] = referencesOf(draft)
    for (const other of others.filter(each => !drafts.has(each))) {
      drop(draft, field, other)
      notes.push(`service ${name}, ${field}: ${other} is not there; it is left out`)
    }
    if (field === 'contents' && referencesOf(draft)[1].length === 0) {
      drafts.delete(name)
      notes.push(`service ${name}, contents: nothing is in it; the service is left out`)
    }
  }
  return notes.length > before
}

/** Leaves out the first step of a cycle; true if there was one. */
function dropCycle(drafts: Drafts, notes: string[]): boolean {
  const graph = new Map([...drafts].map(([name, draft]) => [name, referencesOf(draft)[1]]))
  const [name, other, ...rest] = findDependencyCycle(graph) ?? []
  const draft = drafts.get(name ?? '')
  if (name === undefined || other === undefined || !draft) return false
  const [field] = referencesOf(draft)
  drop(draft, field, other)
  const round = [name, other, ...rest].join(' → ')
  notes.push(`service ${name}, ${field}: ${other} is a step of a cycle, ${round}; it is left out`)
  return true
}

/** Leaves out loggers whose names in s6-rc are those of other services. */
function dropLogs(drafts: Drafts, notes: string[]): void {
  for (const [name, draft] of drafts) {
    const taken = [loggerOf(name), pipelineOf(name)].find(each => drafts.has(each))
    if (draft['log'] === undefined || taken === undefined) continue
    delete draft['log']
    notes.push(
      `service ${name}, log: its name in s6-rc is that of service ${taken}; it is left out`,
    )
  }
}

/** The field of a draft that names other services, and the names. */
function referencesOf(draft: Draft): ['after' | 'contents', readonly string[]] {
  const field = draft['type'] === 'bundle' ? 'contents' : 'after'
  const names = draft[field]
  return [field, Array.isArray(names) ? names.map(String) : []]
}

function drop(draft: Record<string, unknown>, field: 'after' | 'contents', other: string): void {
  draft[field] = referencesOf(draft)[1].filter(each => each !== other)
}
