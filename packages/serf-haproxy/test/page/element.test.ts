import t from 'tap'
import { button, byId, element, setAttribute, setText, svgElement } from '../../src/page/element.js'
import { fakeDocument, FakeElement, fakeOf } from './fake-document.js'

t.test('an element has its attributes and children, without undefined attributes', async t => {
  fakeDocument(t)
  const made = fakeOf(element('a', { href: '/x', title: undefined }, 'text', element('b')))
  t.equal(made.tag, 'a')
  t.same([...made.attributes], [['href', '/x']])
  t.equal(made.children[0], 'text')
  t.equal(fakeOf(made.children[1]).tag, 'b')
})

t.test('markup in a string stays text', async t => {
  fakeDocument(t)
  const made = fakeOf(element('p', {}, '<img src=x onerror=alert(1)>'))
  t.same(made.children, ['<img src=x onerror=alert(1)>'])
})

t.test('what a browser would interpret in a text is escaped', async t => {
  fakeDocument(t)
  const made = fakeOf(element('p', { title: 'a\u202eb' }, 'one\ntwo\u2066\u0085'))
  t.same(made.children, ['one\ntwo\\u{2066}\\u{85}'])
  t.same([...made.attributes], [['title', 'a\\u{202e}b']])
  const target = new FakeElement('p')
  for (let n = 0; n < 2; n++) setText(target as unknown as Element, '\u200eok')
  t.equal(target.textContent, '\\u{200e}ok')
  t.equal(target.writes, 1, 'it is written once')
})

t.test('an SVG element has the SVG namespace', async t => {
  fakeDocument(t)
  const made = fakeOf(svgElement('svg', { class: 'spark', id: undefined }, svgElement('g', {})))
  t.equal(made.namespace, 'http://www.w3.org/2000/svg')
  t.same([...made.attributes], [['class', 'spark']])
  t.equal(made.children.length, 1)
})

t.test('a button calls its action at each click', async t => {
  fakeDocument(t)
  let clicks = 0
  const made = fakeOf(button('Freeze', () => clicks++, { class: 'x' }))
  t.same(Object.fromEntries(made.attributes), { type: 'button', class: 'x' })
  t.equal(made.textContent, 'Freeze')
  made.dispatchEvent(new Event('click'))
  made.dispatchEvent(new Event('click'))
  t.equal(clicks, 2)
})

t.test('an element is found by its id, and a missing one is an error', async t => {
  const elements = fakeDocument(t, 'pools')
  t.equal(fakeOf(byId('pools')), elements.get('pools'))
  t.throws(() => byId('none'), { message: 'the page has no #none' })
})

t.test('text and attributes are written only if they change', async t => {
  const target = new FakeElement('p')
  const shown = target as unknown as Element
  setText(shown, 'one')
  setText(shown, 'one')
  setAttribute(shown, 'data-tone', 'bad')
  setAttribute(shown, 'data-tone', 'bad')
  t.equal(target.writes, 2)
  setText(shown, 'two')
  setAttribute(shown, 'data-tone', 'good')
  t.same([target.textContent, target.getAttribute('data-tone')], ['two', 'good'])
})
