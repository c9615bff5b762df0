import { element } from '../element.js'
import { plural } from '../format.js'
import { diffElement } from './diff-table.js'
import { operationText, type ShownOperation } from './operation-text.js'

/** A change that the agent would make to HAProxy, as `/plan` has it. */
export interface PlannedChange {
  readonly kind: 'noop' | 'runtime' | 'reload' | 'start'
  readonly reason: string
  readonly operations: readonly ShownOperation[]
  readonly takenPorts?: readonly string[]
  readonly check?: { readonly kind: 'rejected' | 'unchecked'; readonly report: string }
  readonly difference: string
}

/** Most steps that the page lists. */
const mostSteps = 20

/** Returns a planned change as elements: its kind, its steps and its difference. */
export function plannedContent(change: PlannedChange): readonly Element[] {
  const { operations, check, takenPorts = [], difference } = change
  const rest = operations.length - mostSteps
  return [
    element('p', { class: 'lead' }, kindText(change)),
    ...(check
      ? [element('p', { 'data-tone': 'bad' }, `HAProxy: ${check.kind}: ${check.report}`)]
      : []),
    ...takenPorts.map(text => element('p', { 'data-tone': 'bad' }, text)),
    element(
      'ul',
      { class: 'plan-steps' },
      ...operations.slice(0, mostSteps).map(each => element('li', {}, operationText(each))),
      ...(rest > 0 ? [element('li', {}, `and ${rest} more`)] : []),
    ),
    ...(difference === '' ? [] : [diffElement(difference)]),
  ]
}

/** Returns the kind of a planned change, in a sentence. */
export function kindText({ kind, reason, operations, difference }: PlannedChange): string {
  if (kind === 'reload') return `A reload: ${reason}`
  if (kind === 'start')
    return `HAProxy does not answer; the file for its start is written: ${reason}`
  if (kind === 'runtime')
    return `${plural(operations.length, 'change')} at run time, without a reload`
  return difference === ''
    ? `Nothing would change: ${reason}`
    : `Only the file would change: ${reason}`
}
