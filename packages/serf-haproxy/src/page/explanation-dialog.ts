import type { Explanation, MemberTimes } from '../state/explanation.js'
import { askAgent } from './ask-agent.js'
import { button, byId, element } from './element.js'
import { clock } from './words.js'

const steps: readonly (readonly [keyof MemberTimes, string])[] = [
  ['seen', 'seen by Serf'],
  ['admitted', 'admitted'],
  ['applied', 'applied'],
  ['firstHealthy', 'first healthy'],
  ['firstRequest', 'first request'],
  ['drained', 'drained'],
  ['removed', 'removed'],
]

/** Shows why a member is where it is: each rule, and how far it came when. */
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
    return explained(await askAgent('GET', `/explain/${encodeURIComponent(member)}`))
  } catch (error) {
    return [element('p', {}, (error as Error).message)]
  }
}

function explained({ now, rules, times }: Explanation): readonly Element[] {
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
          element('span', { class: 'reason' }, holds ? found : `found ${found}, wanted ${wanted}`),
        ),
      ),
    ),
    element(
      'ol',
      { class: 'steps' },
      ...steps.flatMap(([key, words]) => {
        const at = times[key]
        if (at === undefined) return []
        const time = element('time', { datetime: new Date(at).toISOString() }, clock(at))
        return [element('li', {}, time, element('span', {}, words))]
      }),
    ),
  ]
}
