import type { Controls } from '../controls.js'
import { element } from '../element.js'
import type { PageState } from '../page-state.js'

/** Creates the button that drains a member, or ends its drain. */
export function drainControl(
  name: string,
  controls: Pick<Controls, 'action'>,
): { readonly root: Element; update(page: Pick<PageState, 'agent'>): void } {
  const path = encodeURIComponent(name)
  const drain = controls.action({
    label: 'Drain',
    question: `Send no new traffic to ${name}, until its drain is ended?`,
    path: `drain/${path}`,
    hasPreview: true,
  })
  const undrain = controls.action({
    label: 'End the drain',
    question: `Send traffic to ${name} again?`,
    path: `undrain/${path}`,
    hasPreview: true,
  })
  const root = element('p', { class: 'buttons' })
  let shown: Element | undefined
  return {
    root,
    update({ agent }) {
      const isDrained = agent?.drained?.some(({ member }) => member === name) ?? false
      const wanted = isDrained ? undrain : drain
      if (shown !== wanted) root.replaceChildren(wanted)
      shown = wanted
    },
  }
}
