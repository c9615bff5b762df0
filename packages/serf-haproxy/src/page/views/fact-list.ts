import { element, setAttribute, setText } from '../element.js'
import type { Tone } from '../format.js'
import { keyedList, type Shown } from '../keyed-list.js'

/** A name with its value. */
export interface Fact {
  readonly name: string
  readonly value: string
  readonly tone?: Tone | undefined
}

/** Shows facts in a `dl`. */
export function factList(place: Element): (facts: readonly Fact[]) => void {
  return keyedList<Fact>(place, ({ name }) => name, shownFact)
}

function shownFact({ name }: Fact): Shown<Fact> {
  const value = element('dd', { dir: 'auto' })
  const root = element('div', { class: 'fact' }, element('dt', { dir: 'auto' }, name), value)
  return {
    root,
    update(fact) {
      setText(value, fact.value)
      setAttribute(root, 'data-tone', fact.tone ?? 'quiet')
    },
  }
}
