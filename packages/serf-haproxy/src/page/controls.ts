import { askAgent, RefusedError } from './ask-agent.js'
import { button, byId, element } from './element.js'
import type { PageState } from './page-state.js'

/** Changes from the page, for whoever has the token. It is kept in memory, and gone with the page. */
export interface Controls {
  update(page: PageState): void
  /** A button that rolls back to a generation, shown while changes are allowed. */
  rollback(generation: number): Element
}

/** The buttons that change something, and the question for the token. */
export function controls(): Controls {
  const place = byId('controls')
  let token: string | undefined
  let shown: string | undefined
  let page: PageState | undefined

  const refresh = () => {
    if (!page?.agent || !page.greeting) return
    const now = `${page.greeting.controls} ${token !== undefined} ${page.agent.mode}`
    if (now === shown) return
    shown = now
    document.body.classList.toggle('unlocked', token !== undefined)
    place.replaceChildren(...buttons(page))
  }
  const act = (path: string) => {
    askAgent('POST', path, token).catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 401) token = undefined
      refresh()
      tell(error instanceof Error ? error.message : String(error))
    })
  }
  const confirm = (words: string, path: string) => ask(words, () => act(path))
  const buttons = ({ greeting, agent }: PageState): readonly Element[] => {
    if (!greeting?.controls) return []
    if (token === undefined) {
      return [
        button('Unlock', () =>
          askForToken(given => {
            token = given
            refresh()
          }),
        ),
      ]
    }
    const lock = button('Lock', () => {
      token = undefined
      refresh()
    })
    const accept = button('Accept removals', () =>
      confirm('Have the held removals carried out?', '/accept'),
    )
    const mode =
      agent?.mode === 'frozen'
        ? button('Thaw', () => act('/thaw'))
        : button('Freeze', () => confirm('Only watch changes from now on?', '/freeze'))
    return [...(agent?.held ? [accept] : []), mode, lock]
  }

  return {
    update(news) {
      page = news
      refresh()
    },
    rollback: generation =>
      button(
        `Roll back to #${generation}`,
        () =>
          confirm(
            `Have HAProxy run generation ${generation} again, and freeze it there?`,
            `/rollback/${generation}`,
          ),
        { class: 'rollback' },
      ),
  }
}

function dialogWith(...content: readonly Element[]): HTMLDialogElement {
  const dialog = byId('question') as HTMLDialogElement
  dialog.replaceChildren(...content)
  dialog.showModal()
  return dialog
}

function tell(words: string): void {
  const dialog = dialogWith(
    element('h2', { id: 'question-title' }, 'That was not done'),
    element('p', {}, words),
    button('Close', () => dialog.close()),
  )
}

function ask(words: string, yes: () => void): void {
  const dialog = dialogWith(
    element('h2', { id: 'question-title' }, words),
    element(
      'p',
      { class: 'buttons' },
      button('Yes', () => {
        dialog.close()
        yes()
      }),
      button('No', () => dialog.close()),
    ),
  )
}

function askForToken(given: (token: string) => void): void {
  const input = element('input', {
    type: 'password',
    id: 'token',
    autocomplete: 'off',
    required: '',
  })
  const form = element(
    'form',
    { method: 'dialog' },
    element('label', { for: 'token' }, "The token from the agent's token file"),
    input,
    element('p', { class: 'buttons' }, element('button', {}, 'Unlock')),
  )
  form.addEventListener('submit', () => given(input.value.trim()))
  dialogWith(element('h2', { id: 'question-title' }, 'Allow changes from here'), form)
}
