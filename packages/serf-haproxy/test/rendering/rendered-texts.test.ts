import { compileTemplate } from 'haproxy-config-render'
import t from 'tap'
import { configurationText, wholeText } from '../../src/rendering/rendered-texts.js'
import { renderMembers } from '../../src/rendering/render-members.js'
import { smallestConfiguration } from './smallest-configuration.js'

const output = (path: string, use: 'map' | 'reload', source: string) => ({
  name: 'x.hbs',
  path,
  use,
  source,
})
const render = (outputs: readonly ReturnType<typeof output>[]) =>
  renderMembers(new Map(), smallestConfiguration(), compileTemplate('global\n', { outputs }))
    .rendered

t.test('the text of a configuration has its further files, and no lists', async t => {
  const files = [output('/x.map', 'map', 'a b\n'), output('/x.cfg', 'reload', 'backend c\n')]
  t.equal(configurationText(render(files)), 'global\nbackend c\n')
  t.equal(configurationText(render([])), 'global\n')
})

t.test('the whole text differs if a file differs, and is the text without files', async t => {
  t.equal(wholeText(render([])), 'global\n')
  const [one, other] = ['a b\n', 'a c\n'].map(text => render([output('/x.map', 'map', text)]))
  if (!one || !other) throw new Error('expected two renderings')
  t.not(wholeText(one), wholeText(other))
})
