import { button, byId, element } from './element.js'

/** Shows an error message. */
export function showError(message: string): void {
  const dialog = open(
    element('h2', { id: 'question-title' }, 'Request failed'),
    element('p', {}, message),
    button('Close', () => dialog.close()),
  )
}

/**
 * Asks for confirmation, and calls `onYes` if it is given. `preview` returns what
 * the action would do; it is shown when it is there.
 */
export function askToConfirm(
  question: string,
  onYes: () => void,
  preview?: () => Promise<readonly Element[]>,
): void {
  const yes = button('Yes', () => {
    dialog.close()
    onYes()
  })
  const no = button('No', () => dialog.close())
  const effect = element('div', { class: 'preview', 'aria-live': 'polite' })
  if (preview) {
    effect.append(element('p', { class: 'quiet' }, 'The agent plans the change …'))
    preview().then(
      content => effect.replaceChildren(...content),
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error)
        effect.replaceChildren(element('p', { class: 'quiet' }, `There is no preview: ${text}`))
      },
    )
  }
  const dialog = open(
    element('h2', { id: 'question-title' }, question),
    effect,
    element('p', { class: 'buttons' }, yes, no),
  )
}

/** Asks for the token and a name, and calls `onToken` with them. */
export function askForToken(onToken: (token: string, operator: string) => void): void {
  const token = { type: 'password', id: 'token', autocomplete: 'off', required: '' }
  const input = element('input', token)
  const name = element('input', { id: 'operator', autocomplete: 'username', maxlength: '64' })
  const form = element(
    'form',
    { method: 'dialog' },
    element('label', { for: 'token' }, "Token from the agent's token file"),
    input,
    element('label', { for: 'operator' }, 'Your name for the timeline (optional)'),
    name,
    element('p', { class: 'buttons' }, element('button', {}, 'Unlock')),
  )
  form.addEventListener('submit', () => onToken(input.value.trim(), name.value.trim()))
  open(element('h2', { id: 'question-title' }, 'Allow changes from this page'), form)
}

function open(...content: readonly Element[]): HTMLDialogElement {
  const dialog = byId('question') as HTMLDialogElement
  dialog.replaceChildren(...content)
  dialog.showModal()
  return dialog
}
