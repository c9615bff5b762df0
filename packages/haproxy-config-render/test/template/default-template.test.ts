import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'
import { defaultTemplate } from '../../src/template/default-template.js'
import { smallModel } from '../cases.js'

t.test('the default template is a template like any other', async t => {
  t.equal(defaultTemplate.name, 'haproxy.cfg.hbs')
  const again = compileTemplate(defaultTemplate.source, { name: defaultTemplate.name })
  t.strictSame(again.render(smallModel), defaultTemplate.render(smallModel))
})
