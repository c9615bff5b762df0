import { memberSteps, type Explanation } from '../../state/explanation.js'
import { element } from '../element.js'
import { clock } from '../format.js'

/** Returns the explanation of a member as elements: each rule, and the time of each step. */
export function explanationContent({ now, rules, times }: Explanation): readonly Element[] {
  return [
    element('p', { class: 'lead' }, now),
    element(
      'ol',
      { class: 'steps', 'aria-label': 'Steps' },
      ...memberSteps.map(({ key, label }) => {
        const at = times[key]
        const time =
          at === undefined
            ? element('span', { class: 'quiet' }, 'not yet')
            : element('time', { datetime: new Date(at).toISOString() }, clock(at))
        return element(
          'li',
          { 'data-reached': String(at !== undefined) },
          element('span', {}, label),
          time,
        )
      }),
    ),
    element(
      'ul',
      { class: 'rows', 'aria-label': 'Rules' },
      ...rules.map(({ rule, holds, found, wanted }) =>
        element(
          'li',
          { class: 'row', 'data-tone': holds ? 'good' : 'bad' },
          element('span', { class: 'badge' }, holds ? 'holds' : 'does not hold'),
          element('b', {}, rule),
          element('span', { class: 'reason' }, holds ? found : `expected ${wanted}, got ${found}`),
        ),
      ),
    ),
  ]
}
