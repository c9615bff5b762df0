import t from 'tap'
import { parseServerOptions } from '../src/server-options.js'
import { splitWords } from '../src/split-words.js'

const parse = (text: string) =>
  parseServerOptions(splitWords(text)).map(({ keyword, values }) => [keyword, ...values])

t.test('options come in order, with their values', async t => {
  t.same(parse('check inter 500ms fall 2 backup weight 10'), [
    ['check'],
    ['inter', '500ms'],
    ['fall', '2'],
    ['backup'],
    ['weight', '10'],
  ])
})

t.test('a value that looks like an option is none', async t => {
  t.same(parse('cookie check agent-send "check\\n" check-sni check'), [
    ['cookie', 'check'],
    ['agent-send', 'check\n'],
    ['check-sni', 'check'],
  ])
  t.same(parse('agent-check no-check check-ssl'), [['agent-check'], ['no-check'], ['check-ssl']])
})

t.test('source takes its address, and what follows usesrc or interface', async t => {
  t.same(parse('source 192.0.2.1 check'), [['source', '192.0.2.1'], ['check']])
  t.same(parse('source 192.0.2.1 usesrc clientip check'), [
    ['source', '192.0.2.1', 'usesrc', 'clientip'],
    ['check'],
  ])
  t.same(parse('source 0.0.0.0 interface check'), [['source', '0.0.0.0', 'interface', 'check']])
})

t.test('a keyword at the end of the line has no value', async t => {
  t.same(parse('check weight'), [['check'], ['weight']])
})

t.test('a word that no release knows is a flag', async t => {
  t.same(parse('made-up check'), [['made-up'], ['check']])
})
