import t from 'tap'
import { rememberConfiguredSecrets } from '../../src/redaction/configured-secrets.js'
import { withoutSecrets } from '../../src/redaction/known-secrets.js'

t.test('the secrets of values, variables and template are known afterwards', async t => {
  rememberConfiguredSecrets(
    {
      values: {
        statsPassword: 'value-by-name',
        stats: 'value-by-place',
        domain: 'example.org',
        pin: 123_456,
        tokenPort: 3000,
        hasToken: true,
      },
      haproxy: { check: { env: { DB_PASSWORD: 'value-of-variable', ZONE: 'eu-west-1' } } },
    },
    'stats auth admin:{{values.stats}}\ndynamic-cookie-key literal-of-template\n',
  )
  for (const secret of [
    'value-by-name',
    'value-by-place',
    '123456',
    'value-of-variable',
    'literal-of-template',
  ])
    t.equal(withoutSecrets(`<${secret}>`), '<[redacted]>')
  t.equal(withoutSecrets('example.org eu-west-1 3000 true'), 'example.org eu-west-1 3000 true')
})
