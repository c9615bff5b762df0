import t from 'tap'
import { refuseOversized } from '../../src/http/request-limits.js'

const small = { url: '/state', headers: {}, rawHeaders: ['Host', '127.0.0.1'] }

t.test('a request within all limits is not refused', async t => {
  t.equal(refuseOversized(small), undefined)
  t.equal(refuseOversized({ ...small, headers: { 'content-length': '2' } }), undefined)
  t.equal(refuseOversized({ ...small, url: `/${'x'.repeat(4095)}` }), undefined)
})

t.test('a path that is too long is refused with 414', async t => {
  const answer = refuseOversized({ ...small, url: `/${'x'.repeat(4096)}` })
  t.match(answer, { status: 414, body: /expected a path of at most 4096 characters, got 4097/ })
})

t.test('too many headers are refused with 431', async t => {
  const rawHeaders = Array.from({ length: 101 }, (_, n) => [`x-${n}`, '']).flat()
  t.match(refuseOversized({ ...small, rawHeaders }), {
    status: 431,
    body: /expected at most 100 headers, got 101/,
  })
})

t.test('a body that is too long, or of unknown length, is refused with 413', async t => {
  t.match(refuseOversized({ ...small, headers: { 'content-length': '1025' } }), {
    status: 413,
    body: /at most 1024 bytes, got 1025/,
  })
  t.match(refuseOversized({ ...small, headers: { 'transfer-encoding': 'chunked' } }), {
    status: 413,
    body: /got one of unknown length/,
  })
})
