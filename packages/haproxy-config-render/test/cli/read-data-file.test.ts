import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { stringify } from 'yaml'
import { readDataFile } from '../../src/cli/read-data-file.js'
import { smallModel } from '../cases.js'
import { runBin } from '../run-bin.js'

const folder = temporaryFolder(t)
const modelFile = file('model.json', JSON.stringify(smallModel))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

t.test('a model may be YAML, and a fault in it has its place', async t => {
  const yaml = file('model.yaml', stringify(smallModel))
  t.equal(runBin(['--model', yaml]).stdout, runBin(['--model', modelFile]).stdout)
  const bad = file('bad.yaml', 'pools:\n  - name: app\n   servers: []\n')
  t.match(runBin(['--model', bad]), { status: 2, stdout: '', stderr: /bad\.yaml:\d:\d+: The file/ })
  const deep = file('aliases.yaml', bomb(12))
  t.match(runBin(['--model', deep]), {
    status: 2,
    stdout: '',
    stderr: /^error: .*aliases\.yaml:1:1: The file .*resource exhaustion/,
  })
})

/** YAML that grows a thousandfold where aliases are followed. */
function bomb(depth: number): string {
  const lines = Array.from({ length: depth }, (_, i) => {
    const items = Array.from({ length: 9 }, () => (i === 0 ? 'x' : `*a${i - 1}`))
    return `a${i}: &a${i} [${items.join(', ')}]`
  })
  return `${lines.join('\n')}\n`
}

t.test('JSON and YAML give the same data', async t => {
  const data = { a: [1, 'two', null], b: { c: true } }
  t.strictSame(readDataFile(file('data.json', JSON.stringify(data))), data)
  t.strictSame(readDataFile(file('data.yaml', stringify(data))), data)
  t.strictSame(readDataFile(file('mark.json', `\ufeff${JSON.stringify(data)}`)), data)
  t.strictSame(readDataFile(file('mark.yaml', `\ufeff${stringify(data)}`)), data)
})

t.test('a file that cannot be read is an error with the reason', async t => {
  t.throws(() => readDataFile(join(folder, 'none.json')), {
    code: 'unreadable-file',
    message: /^Cannot read .*none\.json: ENOENT/,
  })
})
