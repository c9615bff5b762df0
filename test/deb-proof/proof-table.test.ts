import t from 'tap'
import { proofTable } from './proof-table.js'

t.test('each command is a row, and requests are counted where there is traffic', async t => {
  const rows = [
    { command: 'apt install ./a.deb', seconds: 1.234 },
    { command: 'serf leave', seconds: 10, requests: 1200, failed: 0 },
  ]
  t.equal(
    proofTable(rows),
    `| command               | seconds | requests | failed |
| --------------------- | ------: | -------: | -----: |
| \`apt install ./a.deb\` |    1.23 |          |        |
| \`serf leave\`          |   10.00 |     1200 |      0 |`,
  )
})
