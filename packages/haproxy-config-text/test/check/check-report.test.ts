import t from 'tap'
import { parseCheckReport } from '../../src/check/check-report.js'

const report = `[NOTICE]   (12) : haproxy version is 2.6.12
[WARNING]  (12) : config : missing timeouts for frontend 'web'.
   | While not properly invalid, you will certainly encounter various problems
[ALERT]    (12) : config : parsing [haproxy.cfg:14] : 'server web/s1' : unknown keyword 'chek'.
[ALERT]    (12) : config : Error(s) found in configuration file : haproxy.cfg
[ALERT]    (12) : config : Fatal errors found in configuration.
`

t.test('alerts come alone, with the line and the server that they are about', async t => {
  t.match(parseCheckReport(report), [
    { level: 'alert', line: 14, proxy: 'web', server: 's1', message: /unknown keyword 'chek'/ },
  ])
  t.equal(parseCheckReport(report).length, 1)
})

t.test('warnings count where there is no alert, each on one line', async t => {
  const [warning, ...others] = parseCheckReport(report.split('[ALERT]')[0] ?? '')
  t.match(warning, { level: 'warning', message: /missing timeouts .* various problems$/ })
  t.notOk(warning && 'line' in warning)
  t.same(others, [])
})

t.test('a text that is no report has no problems', async t => {
  t.same(parseCheckReport('Configuration file is valid\n'), [])
})
