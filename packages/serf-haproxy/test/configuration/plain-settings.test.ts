import t from 'tap'
import { parse } from 'yaml'
import { plainSettings } from '../../src/configuration/plain-settings.js'

const names = ['listen', 'folder'] as const

const plain = [
  'listen: 127.0.0.1:9642\nfolder: state\n',
  'listen: "[::1]:80" # a comment\r\nother: { a: [1] }\r\n',
  "folder: 'with space'\nlist:\n- a\n- b: 1\n",
  '# a comment\n\nother:\n  listen: inner\n  text: |\n    folder: x\nfolder: /var/lib/x-1.y_z\n',
  '\ufefffolder: a/b\n',
  'folder: a.b\n',
  'folder: 1a\nother: "x"\n',
]

t.test('plain settings have the values that the parser of YAML finds', async t => {
  for (const text of plain) {
    const { listen, folder } = parse(text) as Record<string, unknown>
    t.same(
      plainSettings(text, names),
      { ...(listen !== undefined && { listen }), ...(folder !== undefined && { folder }) },
      text,
    )
  }
})

t.test('whatever is not plain is left to the parser', async t => {
  for (const text of [
    '',
    '# nothing\n',
    '{ listen: a }\n',
    '---\nlisten: a\n',
    '%YAML 1.2\n---\nlisten: a\n',
    '"listen": a\n',
    '? listen\n: a\n',
    '<<: { listen: a }\n',
    'listen: a\nlisten: b\n',
    'other: 1\nother: 2\n',
    'listen:\n',
    'listen: &x a\n',
    'listen: *x\n',
    'listen: !!str 1\n',
    'listen: |\n  a\n',
    'listen: 5\n',
    'listen: 0x10\n',
    'listen: true\n',
    'listen: Null\n',
    'listen: ~\n',
    'listen: .inf\n',
    'listen: -\n',
    'listen: a:\n',
    'listen: a b\n',
    'listen: "a\\n"\n',
    "listen: 'a''b'\n",
    '  listen: a\n',
    'listen a\n',
    'listen: a\n\n  b\n',
  ])
    t.equal(plainSettings(text, names), undefined, JSON.stringify(text))
})

t.test('a setting that is not wanted may have any value', async t => {
  t.same(plainSettings('other: &x [1,\n  2]\nfolder: a\nmore: *x\n', names), { folder: 'a' })
})
