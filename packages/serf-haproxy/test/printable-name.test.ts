import t from 'tap'
import { printableName, printableText } from '../src/printable-name.js'

t.test('a plain name stays as it is', async t => {
  t.equal(printableName('web-1.example ü'), 'web-1.example ü')
})

t.test('control, format and unassigned characters of a name become question marks', async t => {
  t.equal(printableName('a\u001B[31mb\u202Ec\n\u0000'), 'a?[31mb?c??')
})

t.test('a long name is cut at 64 characters', async t => {
  t.equal(printableName('x'.repeat(65)), 'x'.repeat(64))
})

t.test('a text becomes one line of at most 300 characters', async t => {
  t.equal(printableText('one\r\ntwo\u0007'), 'one  two ')
  t.equal(printableText('x'.repeat(301)).length, 300)
})
