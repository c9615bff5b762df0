import t from 'tap'
import { wholeMatch } from '../../src/model/policy-fields.js'

t.test('a pattern matches a whole text only, alternatives included', async t => {
  t.match('ab', wholeMatch('a|ab'))
  for (const text of ['b', 'abc', 'a\n', '']) t.notMatch(text, wholeMatch('a|ab'))
})
