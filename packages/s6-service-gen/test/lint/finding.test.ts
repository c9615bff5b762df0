import t from 'tap'
import { findingText, type Finding } from '../../src/lint/finding.js'

const finding: Finding = {
  rule: 'missing',
  service: 'web',
  field: 'run',
  found: 'nothing',
  wanted: 'an executable file',
  fatal: true,
}

t.test('a finding says where, what was expected and what is there', async t => {
  t.equal(findingText(finding), 'service web, run: expected an executable file, got nothing')
})

t.test('a mistake that s6 accepts is marked', async t => {
  t.match(findingText({ ...finding, fatal: false }), / \(accepted in silence\)$/)
})
