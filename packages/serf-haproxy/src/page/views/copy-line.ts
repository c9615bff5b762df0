import { button, element } from '../element.js'

/** Creates a line with a command and a button that copies it. */
export function copyLine(label: string, command: string): Element {
  const code = element('code', { tabindex: '0', 'aria-label': label }, command)
  const copy = button('Copy', () => void copied(), { 'aria-label': `Copy: ${label}` })
  const copied = async () => {
    try {
      await navigator.clipboard.writeText(command)
      copy.textContent = 'Copied'
    } catch {
      // Without TLS, a browser allows copying only on this machine: the text is selected instead.
      getSelection()?.selectAllChildren(code)
      copy.textContent = 'Selected'
    }
  }
  return element('div', { class: 'copy' }, code, copy)
}
