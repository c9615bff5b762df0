import { askAgent, RefusedError } from './ask-agent.js'
import { button, byId } from './element.js'
import type { PageState } from './page-state.js'
import { askForToken, askToConfirm, showError } from './question-dialog.js'
import { previewOf } from './views/preview.js'

/** Controls that change the agent. They need the token, which is kept in memory only. */
export interface Controls {
  update(page: PageState): void
  /** Calls `listener` after each change of the token. */
  onToken(listener: () => void): void
  /** Returns the token; undefined while changes are locked. */
  token(): string | undefined
  /** Creates a button for an action; visible while changes are allowed. */
  action(action: Action): Element
}

/** An action of the agent, which is confirmed before it is sent. */
interface Action {
  readonly label: string
  readonly question: string
  /** Path of the request, without the first slash, such as `rollback/12`. */
  readonly path: string
  /** True if the agent can say in advance what the action would do. */
  readonly hasPreview: boolean
}

/** A control that is offered. */
export type Control = 'unlock' | 'lock' | 'accept' | 'freeze' | 'thaw'

/** Returns the controls to show. */
export function offeredControls(
  { greeting, agent }: Pick<PageState, 'greeting' | 'agent'>,
  hasToken: boolean,
): readonly Control[] {
  if (!greeting?.controls) return []
  if (!hasToken) return ['unlock']
  const mode = agent?.mode === 'frozen' ? 'thaw' : 'freeze'
  return agent?.held || agent?.heldChange ? ['accept', mode, 'lock'] : [mode, 'lock']
}

const actions: Readonly<Record<'accept' | 'freeze' | 'thaw', Action>> = {
  accept: {
    label: 'Accept removals',
    question: 'Carry out everything that is held?',
    path: 'accept',
    hasPreview: true,
  },
  freeze: {
    label: 'Freeze',
    question: 'Stop applying changes?',
    path: 'freeze',
    hasPreview: false,
  },
  thaw: {
    label: 'Thaw',
    question: 'Apply changes again?',
    path: 'thaw',
    hasPreview: true,
  },
}

/** Creates the controls of the page. */
export function controls(): Controls {
  const place = byId('controls')
  let known: { readonly token: string; readonly operator: string } | undefined
  let page: PageState | undefined
  let shown = ''
  let listener: (() => void) | undefined

  const refresh = () => {
    if (!page?.agent || !page.greeting) return
    const offered = offeredControls(page, known !== undefined)
    if (offered.join() === shown) return
    shown = offered.join()
    document.body.classList.toggle('unlocked', known !== undefined)
    place.replaceChildren(...offered.map(control => buttonOf(control)))
  }
  const setToken = (next: typeof known) => {
    known = next
    refresh()
    listener?.()
  }
  const send = (path: string) => {
    askAgent('POST', `/${path}`, known?.token, known?.operator).catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 401) setToken(undefined)
      showError(error instanceof Error ? error.message : String(error))
    })
  }
  const actionButton = ({ label, question, path, hasPreview }: Action, classes = '') => {
    const preview = hasPreview ? () => previewOf(path, known?.token) : undefined
    const ask = () => askToConfirm(question, () => send(path), preview)
    return button(label, ask, { class: classes })
  }
  const buttonOf = (control: Control): Element => {
    if (control === 'unlock') {
      return button('Unlock', () => askForToken((token, operator) => setToken({ token, operator })))
    }
    if (control === 'lock') return button('Lock', () => setToken(undefined))
    return actionButton(actions[control])
  }
  return {
    update(next) {
      page = next
      refresh()
    },
    token: () => known?.token,
    onToken: next => void (listener = next),
    action: action => actionButton(action, 'needs-token'),
  }
}
