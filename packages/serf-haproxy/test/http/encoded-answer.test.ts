import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { acceptsGzip, encodedAnswer } from '../../src/http/encoded-answer.js'
import { json, refusal, type HttpAnswer } from '../../src/http/http-answer.js'

const large = json(200, 'a word and '.repeat(1000))
const gzip = { 'accept-encoding': 'gzip, deflate, br' }

t.test('a large answer is compressed for a client that accepts gzip', async t => {
  const { body, headers, type } = await encodedAnswer(large, gzip)
  t.match(headers, {
    'content-encoding': 'gzip',
    vary: 'accept-encoding',
    etag: /^"[\w-]{27}-gzip"$/,
  })
  t.equal(type, 'application/json')
  t.ok(body.length < 1000)
  t.equal(gunzipSync(body).toString(), large.body)
  const plain = await encodedAnswer(large, {})
  t.equal(plain.body, large.body)
  t.match(plain.headers, { vary: 'accept-encoding', etag: /^"[\w-]{27}"$/ })
  t.notOk('content-encoding' in (plain.headers ?? {}))
})

t.test('a small answer is sent as it is, and an error has no tag', async t => {
  const small = await encodedAnswer(json(200, 'a'), gzip)
  t.equal(small.body, '"a"\n')
  t.strictSame(Object.keys(small.headers ?? {}), ['etag'])
  const error = refusal(404, 'x'.repeat(5000))
  t.equal(await encodedAnswer(error, gzip), error)
})

async function tagOf(answer: HttpAnswer): Promise<string> {
  return (await encodedAnswer(answer, {})).headers?.['etag'] ?? ''
}

t.test('a client that has the body gets 304, and one with another body gets it', async t => {
  const tag = await tagOf(large)
  t.not(tag, await tagOf(json(200, 'another')))
  for (const wanted of [tag, `W/${tag}`, `"x", ${tag}`, '*', tag.replace(/"$/, '-gzip"')]) {
    const answer = await encodedAnswer(large, { ...gzip, 'if-none-match': wanted })
    t.match(
      answer,
      { status: 304, body: '', headers: { etag: tag.replace(/"$/, '-gzip"') } },
      wanted,
    )
    t.notOk('content-encoding' in (answer.headers ?? {}))
  }
  t.equal((await encodedAnswer(large, { 'if-none-match': '"x"' })).status, 200)
})

t.test('the bytes of a file are compressed once', async t => {
  const file = { ...large, body: Buffer.from(large.body) }
  const [first, second] = await Promise.all([encodedAnswer(file, gzip), encodedAnswer(file, gzip)])
  t.equal(first?.body, second?.body)
  t.equal(gunzipSync(first?.body ?? '').toString(), large.body)
})

t.test('answers that are too many to be compressed at once are sent as they are', async t => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => encodedAnswer(json(200, `${i}`.repeat(100_000)), gzip)),
  )
  const zipped = answers.filter(({ headers }) => headers?.['content-encoding'] === 'gzip')
  t.equal(zipped.length, 4)
  const rest = answers.filter(answer => !zipped.includes(answer))
  for (const { body, headers } of rest) {
    t.equal(body.length, 100_003)
    t.match(headers?.['etag'], /^"[\w-]{27}"$/)
  }
  t.match(await encodedAnswer(large, gzip), { headers: { 'content-encoding': 'gzip' } })
})

t.test('an encoding is accepted by its name, or as any, unless its quality is 0', async t => {
  for (const header of ['gzip', 'br, GZIP;q=0.5', '*', 'gzip; q=1.0'])
    t.ok(acceptsGzip(header), header)
  for (const header of [undefined, '', 'br', 'gzip;q=0', 'gzip; q=0.000, *', '*;q=0', 'gzipped'])
    t.notOk(acceptsGzip(header), `${header}`)
})
