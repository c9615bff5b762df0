import t from 'tap'
import { replyMeaning } from '../../src/commands/reply-meaning.js'

const silent = /^$/

t.test('a reply that matches the pattern of success is done', async t => {
  t.equal(replyMeaning('', silent), 'done')
  t.equal(replyMeaning('Server deleted.', /^Server deleted\.$/), 'done')
})

const refusals = {
  'Already exists a server with the same name in backend.': 'exists',
  'No such server.': 'no-server',
  'No such backend.': 'no-backend',
  "Can't find backend.": 'no-backend',
  'Unknown map identifier. Please use #<id> or <file>.': 'no-list',
  'entry not found.': 'no-entry',
  'Only servers in maintenance mode can be deleted.': 'not-in-maintenance',
  'Server still has connections attached to it, cannot remove it.': 'still-connected',
  'Failed.': 'still-connected',
  'Backend must use a dynamic load balancing to support dynamic servers.': 'not-at-run-time',
  'Health check was not configured on this server, cannot enable.': 'not-at-run-time',
  'Agent was not configured on this server, cannot enable.': 'not-at-run-time',
  'server s1 does not have agent port. Agent check has been disabled.': 'invalid',
  "'agent-check' is not supported for dynamic server.": 'not-at-run-time',
  'Absolute weight can only be between 0 and 256 inclusive.': 'invalid',
  'Permission denied': 'denied',
  "Unknown command: 'wait'": 'unsupported',
} as const

for (const [reply, meaning] of Object.entries(refusals)) {
  t.test(`"${reply}" means ${meaning}`, async t => {
    t.equal(replyMeaning(reply, silent), meaning)
  })
}

t.test('any other reply is unknown, never done', async t => {
  for (const reply of ['Something new.', '\n', 'ok', 'Failed. Twice.'])
    t.equal(replyMeaning(reply, silent), 'unknown', JSON.stringify(reply))
})
