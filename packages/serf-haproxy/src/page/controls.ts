import { askAgent, RefusedError } from './ask-agent.js'
import { button, byId } from './element.js'
import type { PageState } from './page-state.js'
import { askForToken, askToConfirm, showError } from './question-dialog.js'

/** Controls that change the agent. They need the token, which is kept in memory only. */
export interface Controls {
  update(page: PageState): void
  /** Calls `listener` after each change of the token. */
  onToken(listener: () => void): void
  /** Returns the token; undefined while changes are locked. */
  token(): string | undefined
  /** Creates a button that rolls back to a generation; visible while changes are allowed. */
  rollback(generation: number): Element
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

/** Creates the controls of the page. */
export function controls(): Controls {
  const place = byId('controls')
  let token: string | undefined
  let page: PageState | undefined
  let shown = ''
  let listener: (() => void) | undefined

  const refresh = () => {
    if (!page?.agent || !page.greeting) return
    const offered = offeredControls(page, token !== undefined)
    if (offered.join() === shown) return
    shown = offered.join()
    document.body.classList.toggle('unlocked', token !== undefined)
    place.replaceChildren(...offered.map(control => buttons[control]()))
  }
  const setToken = (value: string | undefined) => {
    token = value
    refresh()
    listener?.()
  }
  const send = (path: string) => {
    askAgent('POST', path, token).catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 401) setToken(undefined)
      showError(error instanceof Error ? error.message : String(error))
    })
  }
  const buttons = controlButtons(send, setToken)
  return {
    update(next) {
      page = next
      refresh()
    },
    token: () => token,
    onToken: next => void (listener = next),
    rollback: generation =>
      confirmedButton(
        `Roll back to #${generation}`,
        `Apply generation ${generation} again and freeze the agent there?`,
        () => send(`/rollback/${generation}`),
        { class: 'rollback' },
      ),
  }
}

function controlButtons(
  send: (path: string) => void,
  setToken: (token: string | undefined) => void,
): Readonly<Record<Control, () => Element>> {
  return {
    unlock: () => button('Unlock', () => askForToken(setToken)),
    lock: () => button('Lock', () => setToken(undefined)),
    accept: () =>
      confirmedButton('Accept removals', 'Carry out everything that is held?', () =>
        send('/accept'),
      ),
    freeze: () => confirmedButton('Freeze', 'Stop applying changes?', () => send('/freeze')),
    thaw: () => button('Thaw', () => send('/thaw')),
  }
}

function confirmedButton(
  label: string,
  question: string,
  action: () => void,
  attributes?: { readonly class: string },
): Element {
  return button(label, () => askToConfirm(question, action), attributes)
}
