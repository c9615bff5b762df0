import { askHistory, type ShownGeneration } from '../ask-history.js'
import { element } from '../element.js'
import { clock, milliseconds, plural } from '../format.js'
import { generationAddress } from '../route/route.js'
import { cliCommand, curlCommand } from './command-text.js'
import { copyLine } from './copy-line.js'
import { diffElement } from './diff-table.js'
import { operationText } from './operation-text.js'
import type { Services, View } from './view.js'

/** Most steps of a plan that the page lists. */
const mostSteps = 50

/** Creates the view of one generation: cause, plan, difference and the way back to it. */
export function generationView(number: number, { controls }: Pick<Services, 'controls'>): View {
  const content = element('div', {}, element('p', { class: 'empty' }, 'loading'))
  let shown: string | undefined
  return {
    root: element(
      'section',
      { class: 'detail', 'aria-label': `Generation ${number}` },
      element('h2', { class: 'title', tabindex: '-1' }, `Generation ${number}`),
      content,
    ),
    update({ agent, connection }) {
      const now = [agent?.startedAt, agent?.generation?.number, controls.token()].join(' ')
      if (!agent || connection !== 'live' || now === shown) return
      shown = now
      askHistory(controls.token()).then(
        list => content.replaceChildren(...contentOf(list, number, controls)),
        (error: unknown) => {
          const text = error instanceof Error ? error.message : String(error)
          content.replaceChildren(element('p', {}, text))
          // The next state retries.
          shown = undefined
        },
      )
    },
  }
}

function contentOf(
  list: readonly ShownGeneration[],
  number: number,
  controls: Services['controls'],
): readonly Element[] {
  const at = list.findIndex(each => each.number === number)
  const generation = list[at]
  if (!generation) {
    const text = `Generation ${number} is not kept. Kept are ${list[0]?.number ?? 'none'} to ${list.at(-1)?.number ?? 'none'}.`
    return [element('p', { class: 'empty' }, text)]
  }
  const [before, after] = [list[at - 1], list[at + 1]]
  return [
    element('p', { class: 'lead' }, generation.cause),
    element('p', { class: 'quiet' }, factsOf(generation)),
    planElement(generation),
    element('h2', {}, 'Difference from the generation before'),
    diffElement(generation.diff),
    element(
      'p',
      { class: 'buttons' },
      ...linkTo(before, 'Before'),
      ...linkTo(after, 'After'),
      controls.action({
        label: `Roll back to #${number}`,
        question: `Apply generation ${number} again and freeze the agent there?`,
        path: `rollback/${number}`,
        hasPreview: true,
      }),
    ),
    element('h2', {}, 'As a command'),
    copyLine(
      'serf-haproxy diff',
      cliCommand('diff', String(before?.number ?? number), String(number)),
    ),
    copyLine('serf-haproxy rollback', cliCommand('rollback', String(number))),
    copyLine('curl', curlCommand(location.origin, '/history')),
  ]
}

function factsOf({ at, via, tookMs }: ShownGeneration): string {
  const way = { runtime: 'at run time', reload: 'by a reload', adopted: 'adopted as it ran' }[via]
  return `${new Date(at).toLocaleDateString()} ${clock(at)}, ${way}, in ${milliseconds(tookMs)}`
}

function planElement({ plan: { reason, operations } }: ShownGeneration): Element {
  const rest = operations.length - mostSteps
  return element(
    'details',
    { class: 'plan', ...(operations.length > 0 && operations.length <= 8 && { open: '' }) },
    element(
      'summary',
      {},
      `Plan: ${plural(operations.length, 'step')}. `,
      element('span', { class: 'reason' }, reason),
    ),
    element(
      'ul',
      {},
      ...operations.slice(0, mostSteps).map(each => element('li', {}, operationText(each))),
      ...(rest > 0 ? [element('li', {}, `and ${rest} more`)] : []),
    ),
  )
}

function linkTo(generation: ShownGeneration | undefined, label: string): readonly Element[] {
  if (!generation) return []
  const { number } = generation
  return [
    element('a', { class: 'button', href: generationAddress(number) }, `${label}: #${number}`),
  ]
}
