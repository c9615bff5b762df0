import t, { type Test } from 'tap'
import { askForToken, askToConfirm, showError } from '../../src/page/question-dialog.js'
import { element } from '../../src/page/element.js'
import { fakeDocument, FakeElement } from './fake-document.js'

/** A fake dialog of the page, which counts how often it is opened and closed. */
function fakeDialog(t: Test) {
  const dialog = fakeDocument(t, 'question').get('question') ?? new FakeElement('dialog')
  const calls: string[] = []
  Object.assign(dialog, {
    showModal: () => calls.push('open'),
    close: () => calls.push('close'),
  })
  const find = (tag: string, text = '') =>
    all(dialog).filter(each => each.tag === tag && each.textContent.includes(text))
  return {
    dialog,
    calls,
    find,
    click: (label: string) => find('button', label)[0]?.dispatchEvent(new Event('click')),
  }
}

function all(element: FakeElement): FakeElement[] {
  return element.children.flatMap(child =>
    typeof child === 'string' ? [] : [child, ...all(child)],
  )
}

t.test('an error is shown until the dialog is closed', async t => {
  const { dialog, calls, click } = fakeDialog(t)
  showError('<b>got a wrong token</b>')
  t.equal(dialog.textContent, 'Request failed<b>got a wrong token</b>Close')
  t.same(calls, ['open'])
  click('Close')
  t.same(calls, ['open', 'close'])
})

t.test('only a confirmed question has an effect', async t => {
  const { calls, click, find } = fakeDialog(t)
  let confirmed = 0
  const ask = () => askToConfirm('Stop applying changes?', () => confirmed++)
  ask()
  t.equal(find('h2')[0]?.textContent, 'Stop applying changes?')
  click('No')
  t.equal(confirmed, 0)
  ask()
  click('Yes')
  t.equal(confirmed, 1)
  t.same(calls, ['open', 'close', 'open', 'close'])
})

t.test('a token is read from a password field, without white space', async t => {
  const { find } = fakeDialog(t)
  const tokens: string[] = []
  askForToken((...given) => tokens.push(...given))
  const [input, name] = find('input')
  Object.assign(name ?? {}, { value: ' Zoë ' })
  t.match(Object.fromEntries(input?.attributes ?? []), { type: 'password', autocomplete: 'off' })
  Object.assign(input ?? {}, { value: ' secret\n' })
  find('form')[0]?.dispatchEvent(new Event('submit'))
  t.same(tokens, ['secret', 'Zoë'])
})

t.test('a question shows the effect of its action, or the reason why there is none', async t => {
  const { dialog } = fakeDialog(t)
  askToConfirm(
    'Apply?',
    () => {},
    () => Promise.resolve([element('p', {}, '2 changes')]),
  )
  await Promise.resolve()
  t.match(dialog.textContent, 'Apply?2 changes')
  askToConfirm(
    'Apply?',
    () => {},
    () => Promise.reject(new Error('not found')),
  )
  await Promise.resolve()
  await Promise.resolve()
  t.match(dialog.textContent, 'There is no preview: not found')
})
