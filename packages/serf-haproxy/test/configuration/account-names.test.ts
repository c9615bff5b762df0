import t from 'tap'
import {
  databaseOf,
  nameOfAccount,
  numberOfAccount,
} from '../../src/configuration/account-names.js'

t.test('names and numbers of accounts are those of the machine', async t => {
  t.equal(numberOfAccount('user', 'root'), 0)
  t.equal(numberOfAccount('group', 'root'), 0)
  t.equal(numberOfAccount('user', 'no-such-user'), undefined)
  t.equal(nameOfAccount('user', 0), 'root')
  t.equal(nameOfAccount('group', 2 ** 31), String(2 ** 31))
  t.equal(databaseOf('group'), '/etc/group')
})
