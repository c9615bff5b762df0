import { memberSteps, type Explanation } from '../state/explanation.js'
import { askAgent } from './ask-agent.js'
import { button, byId, element } from './element.js'
import { clock } from './format.js'

/** Returns a function that opens the explanation of a member: each rule, and the time of each step. */
export function explanationDialog(): (member: string) => void {
  const dialog = byId('explanation') as HTMLDialogElement
  const close = () => dialog.close()
  const show = async (member: string) => {
    const content = await explanationOf(member)
    dialog.replaceChildren(
      element('h2', { id: 'explanation-title' }, member),
      ...content,
      button('Close', close, { autofocus: '' }),
    )
    if (!dialog.open) dialog.showModal()
  }
  return member => void show(member)
}

async function explanationOf(member: string): Promise<readonly Element[]> {
  try {
    return contentOf(await askAgent('GET', `/explain/${encodeURIComponent(member)}`))
  } catch (error) {
    return [element('p', {}, (error as Error).message)]
  }
}

function contentOf({ now, rules, times }: Explanation): readonly Element[] {
  return [
    element('p', {}, now),
    element(
      'ul',
      { class: 'rows' },
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
    element(
      'ol',
      { class: 'steps' },
      ...memberSteps.flatMap(({ key, label }) => {
        const at = times[key]
        if (at === undefined) return []
        const time = element('time', { datetime: new Date(at).toISOString() }, clock(at))
        return [element('li', {}, time, element('span', {}, label))]
      }),
    ),
  ]
}
