/** What an element is made with: attributes, of which undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | undefined>>

/**
 * Makes an element. Texts become text and nothing else: members name
 * themselves, and there is no other way to put words on this page.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

/** Makes an element of a drawing. */
export function drawn(tag: string, attributes: Attributes, ...children: Node[]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

/** A button that does something; errors of what it does are its own business. */
export function button(words: string, action: () => void, attributes: Attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, words)
  made.addEventListener('click', action)
  return made
}

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}

/** Sets a text, and touches nothing where it is the same: a reader is not told it twice. */
export function say(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** Sets an attribute, and touches nothing where it is the same. */
export function mark(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value)
}
