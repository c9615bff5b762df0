import t from 'tap'
import { coloured } from '../src/coloured.js'

t.test('each state has a colour that ends with the text', async t => {
  t.equal(coloured('up', 'good', true), '\u001B[32mup\u001B[39m')
  t.equal(coloured('held', 'warning', true), '\u001B[33mheld\u001B[39m')
  t.equal(coloured('down', 'bad', true), '\u001B[31mdown\u001B[39m')
  t.equal(coloured('left', 'quiet', true), '\u001B[2mleft\u001B[22m')
})

t.test('without colours, and without text, there are no codes', async t => {
  t.equal(coloured('up', 'good', false), 'up')
  t.equal(coloured('', 'good', true), '')
})
