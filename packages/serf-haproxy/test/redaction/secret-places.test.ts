import t from 'tap'
import {
  isSecretName,
  secretsOfTemplate,
  withoutSecretPlaces,
} from '../../src/redaction/secret-places.js'

const secret = 'hunter2!x'

t.test('no place of a secret in a configuration is shown', async t => {
  for (const line of [
    `stats auth admin:${secret}`,
    `  user admin password ${secret} groups a`,
    `  user admin insecure-password '${secret}'`,
    `dynamic-cookie-key ${secret}`,
    `http-request set-header Authorization "Bearer ${secret}" if { path / }`,
    `http-request add-header X-Api-Key ${secret}`,
    `http-check send meth GET uri / hdr authorization Basic\\ ${secret}`,
    `option httpchk GET /health?token=${secret} HTTP/1.1`,
    `acl ok req.hdr(Authorization) -m str "Bearer ${secret}"`,
    `acl ok req.hdr(x-auth-key) ${secret}`,
    `tcp-check send AUTH\\ ${secret}\\r\\n`,
    `setenv ANYTHING ${secret}`,
    `presetenv DB_PASSWORD=${secret}`,
    `http-request set-var(txn.s) str(x),hmac(sha256,${secret})`,
    `http-request deny unless { var(t),jwt_verify(txn.alg,"${secret}") 1 }`,
    `# the password: ${secret}`,
    `redirect location https://me:${secret}@example.org/`,
    `server s1 10.0.0.1:80 check proxy-auth-token ${secret}`,
    `-  stats auth admin:${secret}`,
    `+\tssl-passphrase ${secret}`,
  ]) {
    const shown = withoutSecretPlaces(`before\n${line}\nafter`)
    t.notMatch(shown, secret, line)
    t.match(shown, /^before\n.*\[redacted\].*\nafter$/, line)
  }
})

t.test('other lines stay as they are', async t => {
  const text = `backend web
  balance roundrobin
  option http-keep-alive
  cookie SERVERID insert indirect nocache
  timeout server 30s
  stick-table type ip size 1m expire 30m
  bind :443 ssl crt /etc/ssl/site.pem
  http-request set-header X-Forwarded-Proto https
  server s1 10.0.0.1:3000 check inter 1s weight 100
`
  t.equal(withoutSecretPlaces(text), text)
})

t.test('names of secrets are recognised', async t => {
  for (const name of ['statsPassword', 'apiKey', 'TOKEN', 'db_passwd', 'clientSecret', 'salt'])
    t.ok(isSecretName(name), name)
  for (const name of ['domain', 'maxRate', 'zone', 'bind', 'timeout'])
    t.notOk(isSecretName(name), name)
})

t.test(
  'the secrets of a template are its literals, and the values that it prints there',
  async t => {
    const found = secretsOfTemplate(`
listen stats
  stats auth admin:{{values.stats}}
  stats auth other:literal-one
  http-request set-header Authorization "Bearer {{ values.upstream }}"
  setenv API_TOKEN literal-two
  setenv ZONE not-this
  acl has_token path_beg /not-this-either
  dynamic-cookie-key literal-three
`)
    t.same(found.values, ['stats', 'upstream'])
    t.same(found.literals, ['literal-one', 'literal-two', 'literal-three'])
  },
)
