import t from 'tap'
import {
  commandTable,
  replyHasBody,
  requestFields,
  type Command,
} from '../../src/wire/command-table.js'

const commands = Object.keys(commandTable) as Command[]
const bodyCommands = (reason: string) =>
  commands.filter(command => replyHasBody(command, reason)).toSorted()

t.test('all 20 commands of the RPC are known', async t => {
  t.equal(commands.length, 20)
})

t.test('four commands have no request body', async t => {
  const bodiless = commands.filter(command => requestFields(command) === undefined)
  t.same(bodiless.toSorted(), ['leave', 'list-keys', 'members', 'stats'].toSorted())
  t.same(requestFields('auth'), { AuthKey: 'text' })
})

const onSuccess = ['get-coordinate', 'members', 'members-filtered', 'stats']
const always = ['install-key', 'join', 'list-keys', 'remove-key', 'use-key']

t.test('a successful reply of nine commands has a body', async t => {
  t.same(bodyCommands(''), [...onSuccess, ...always].toSorted())
})

t.test('after a refusal five commands still send a body', async t => {
  t.same(bodyCommands('1/1 nodes reported failure'), always)
})

t.test('no command sends a body after a fatal reason', async t => {
  t.same(bodyCommands('Authentication required'), [])
  t.same(bodyCommands('Handshake required'), [])
})
