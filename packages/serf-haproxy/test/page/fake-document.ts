import type { Test } from 'tap'

/** A fake of an element in a browser: attributes, children and listeners. */
export class FakeElement extends EventTarget {
  readonly tag: string
  readonly namespace: string | undefined
  readonly attributes = new Map<string, string>()
  children: (FakeElement | string)[] = []
  /** Number of writes to the text and the attributes. */
  writes = 0

  constructor(tag: string, namespace?: string) {
    super()
    this.tag = tag
    this.namespace = namespace
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null
  }

  setAttribute(name: string, value: string): void {
    this.writes++
    this.attributes.set(name, value)
  }

  append(...children: readonly (FakeElement | string)[]): void {
    this.children.push(...children)
  }

  replaceChildren(...children: readonly (FakeElement | string)[]): void {
    this.children = [...children]
  }

  get textContent(): string {
    return this.children
      .map(child => (typeof child === 'string' ? child : child.textContent))
      .join('')
  }

  set textContent(text: string) {
    this.writes++
    this.children = [text]
  }
}

/** Puts a fake document in place of the browser's, with an element for each id. */
export function fakeDocument(t: Test, ...ids: readonly string[]) {
  const elements = new Map(ids.map(id => [id, new FakeElement(id)]))
  const document = {
    createElement: (tag: string) => new FakeElement(tag),
    createElementNS: (namespace: string, tag: string) => new FakeElement(tag, namespace),
    getElementById: (id: string) => elements.get(id) ?? null,
  }
  t.intercept(globalThis, 'document', { value: document as never })
  return elements
}

/** The fake behind what the page takes for an element. */
export function fakeOf(element: unknown): FakeElement {
  return element as FakeElement
}
