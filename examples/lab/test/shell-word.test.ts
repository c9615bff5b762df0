import t from 'tap'
import { shellWord } from '../src/shell-word.js'

t.test('a word is quoted only where a shell would read it otherwise', async t => {
  t.equal(shellWord('/tmp/my-lab_1'), '/tmp/my-lab_1')
  t.equal(shellWord("/tmp/Ada's lab"), String.raw`'/tmp/Ada'\''s lab'`)
})
