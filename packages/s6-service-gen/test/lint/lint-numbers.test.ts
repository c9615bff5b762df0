import t from 'tap'
import { lintNumbers } from '../../src/lint/lint-numbers.js'
import { byHand } from '../source-by-hand.js'

const known = ['notification-fd', 'lock-fd', 'timeout-kill', 'timeout-up', 'max-death-tally']

const weights = (files: Record<string, string>, isScanDirectory = false) =>
  lintNumbers({ name: 'web', files: byHand(files) }, known, isScanDirectory).map(
    ({ field, fatal }) => `${field} ${fatal ? 'fatal' : 'in silence'}`,
  )

t.test('a number out of range is accepted, and one that cannot be read is not', async t => {
  t.same(weights({ 'notification-fd': '3\nx\n', 'timeout-kill': '0', 'timeout-up': '5\n\n' }), [])
  t.same(weights({ 'notification-fd': '2000\n' }), ['notification-fd in silence'])
  t.same(weights({ 'notification-fd': '4294967296\n' }), ['notification-fd fatal'])
  t.same(weights({ 'notification-fd': ' 3\n' }), ['notification-fd fatal'])
  t.same(weights({ 'timeout-kill': '4294967295\n' }), [])
  t.same(weights({ 'timeout-up': '1\n2\n' }), ['timeout-up fatal'])
  t.same(weights({ 'max-death-tally': 'x\n' }), ['max-death-tally in silence'])
})

t.test('s6-supervise warns of a number and goes on', async t => {
  t.same(weights({ 'notification-fd': 'x\n' }, true), ['notification-fd in silence'])
})

t.test('what is not read for the type is not looked at', async t => {
  t.same(weights({ 'timeout-down': 'x\n' }), [])
})

t.test('the descriptor of the lock is not the one that tells readiness', async t => {
  t.same(weights({ 'lock-fd': '4\n', 'notification-fd': '04\n' }), ['lock-fd fatal'])
  t.same(weights({ 'lock-fd': '4\n', 'notification-fd': '3\n' }), [])
})
