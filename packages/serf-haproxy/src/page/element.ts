import { displayedLines } from '../printable-name.js'

/** Attributes of a new element; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | undefined>>

/**
 * Creates an element. Strings become text nodes, never HTML, with control
 * characters escaped: names of members are hostile, and this file is the only way
 * to put text on the page.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, displayedLines(value))
  }
  made.append(...children.map(each => (typeof each === 'string' ? displayedLines(each) : each)))
  return made
}

/** Creates an SVG element. */
export function svgElement(tag: string, attributes: Attributes, ...children: Node[]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

/** Creates a button. `action` handles its own errors. */
export function button(label: string, action: () => void, attributes: Attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, label)
  made.addEventListener('click', action)
  return made
}

/** Returns the element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}

/** Sets a text if it has changed, so that a screen reader does not repeat it. */
export function setText(target: Element, text: string): void {
  const shown = displayedLines(text)
  if (target.textContent !== shown) target.textContent = shown
}

/** Sets an attribute if it has changed. */
export function setAttribute(target: Element, name: string, value: string): void {
  const shown = displayedLines(value)
  if (target.getAttribute(name) !== shown) target.setAttribute(name, shown)
}
