import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { stageFile } from '../../src/engine/stage.js'

t.test('the folder of nodes is a view: what is not a live backend now goes', async t => {
  const folder = join(temporaryFolder(t), 'nodes')
  const view = (members: object[]) =>
    execFileSync(process.execPath, [stageFile('nodes-view.mjs'), folder], {
      input: JSON.stringify({ members }),
    })
  view([member('s1'), member('s2'), member('ha', 'alive', 'balancer'), member('../pwned')])
  t.same(readdirSync(folder).toSorted(), ['s1', 's2'])
  t.equal(readFileSync(join(folder, 's1'), 'utf8'), 's1 10.0.0.1\n')
  view([member('s1', 'failed'), member('s3')])
  t.same(readdirSync(folder), ['s3'])
})

function member(name: string, status = 'alive', role = 'backend'): object {
  return { name, status, tags: { role }, addr: '10.0.0.1:7946' }
}
