import { button, byId, element } from './element.js'

/** Shows an error message. */
export function showError(message: string): void {
  const dialog = open(
    element('h2', { id: 'question-title' }, 'Request failed'),
    element('p', {}, message),
    button('Close', () => dialog.close()),
  )
}

/** Asks for confirmation, and calls `onYes` if it is given. */
export function askToConfirm(question: string, onYes: () => void): void {
  const yes = button('Yes', () => {
    dialog.close()
    onYes()
  })
  const no = button('No', () => dialog.close())
  const dialog = open(
    element('h2', { id: 'question-title' }, question),
    element('p', { class: 'buttons' }, yes, no),
  )
}

/** Asks for the token, and calls `onToken` with it. */
export function askForToken(onToken: (token: string) => void): void {
  const input = element('input', {
    type: 'password',
    id: 'token',
    autocomplete: 'off',
    required: '',
  })
  const form = element(
    'form',
    { method: 'dialog' },
    element('label', { for: 'token' }, "Token from the agent's token file"),
    input,
    element('p', { class: 'buttons' }, element('button', {}, 'Unlock')),
  )
  form.addEventListener('submit', () => onToken(input.value.trim()))
  open(element('h2', { id: 'question-title' }, 'Allow changes from this page'), form)
}

function open(...content: readonly Element[]): HTMLDialogElement {
  const dialog = byId('question') as HTMLDialogElement
  dialog.replaceChildren(...content)
  dialog.showModal()
  return dialog
}
