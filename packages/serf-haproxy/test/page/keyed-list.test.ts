import t from 'tap'
import { keyedList } from '../../src/page/keyed-list.js'

/** A fake element: as much of a DOM node as a list needs. */
class FakeElement {
  children: FakeElement[] = []
  parent: FakeElement | undefined
  text = ''

  insertBefore(child: FakeElement, before: FakeElement | null): void {
    child.remove()
    const at = before === null ? this.children.length : this.children.indexOf(before)
    this.children.splice(at, 0, child)
    child.parent = this
  }

  remove(): void {
    const siblings = this.parent?.children ?? []
    if (this.parent) siblings.splice(siblings.indexOf(this), 1)
    this.parent = undefined
  }
}

interface Item {
  readonly key: string
  readonly text: string
}

const items = (...keys: readonly string[]) => keys.map(key => ({ key, text: `${key}!` }))

function list() {
  const parent = new FakeElement()
  const made: string[] = []
  const show = keyedList<Item>(
    parent as unknown as Element,
    ({ key }) => key,
    ({ key }) => {
      made.push(key)
      const root = new FakeElement()
      return {
        root: root as unknown as Element,
        update: ({ text }) => (root.text = text),
      }
    },
  )
  return {
    show,
    parent,
    made,
    texts: () => parent.children.map(({ text }) => text).join(' '),
  }
}

t.test('items are shown in order', async t => {
  const { show, texts } = list()
  show(items('b', 'a', 'c'))
  t.equal(texts(), 'b! a! c!')
})

t.test('an element stays the same while its key is in the list', async t => {
  const { show, parent, made } = list()
  show(items('a', 'b'))
  const [a, b] = parent.children
  show(items('b', 'c', 'a'))
  t.equal(parent.children[0], b)
  t.equal(parent.children[2], a)
  t.same(made, ['a', 'b', 'c'])
})

t.test('an item that changes updates its element', async t => {
  const { show, texts } = list()
  show([{ key: 'a', text: 'old' }])
  show([{ key: 'a', text: 'new' }])
  t.equal(texts(), 'new')
})

t.test('an item that is gone is removed, and made again when it comes back', async t => {
  const { show, texts, made } = list()
  show(items('a', 'b', 'c'))
  show(items('c'))
  t.equal(texts(), 'c!')
  show(items('a', 'c'))
  t.equal(texts(), 'a! c!')
  t.same(made, ['a', 'b', 'c', 'a'])
})
