import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { clientOn, plain, playback, recordedExchanges, scenes } from './exchanges.js'

const exchanges = recordedExchanges()

t.test('every scene was recorded with two releases of Serf', async t => {
  const releases = new Set(exchanges.map(({ serf }) => serf))
  t.ok(releases.size >= 2, [...releases].join(', '))
  for (const serf of releases) {
    const found = exchanges.filter(exchange => exchange.serf === serf).map(({ scene }) => scene)
    t.same(found.toSorted(), Object.keys(scenes).toSorted())
  }
})

for (const { serf, scene, turns, outcome } of exchanges) {
  const run = scenes[scene]
  const play = async (cut: (bytes: Buffer) => Buffer[]): Promise<unknown> => {
    const client = await clientOn(playback(turns, cut))
    try {
      return plain(await run?.(client))
    } finally {
      client.close()
    }
  }

  t.test(`${scene} (serf ${serf}) has the same outcome whole and byte by byte`, async t => {
    t.same(await play(bytes => [bytes]), outcome)
    t.same(await play(bytes => Array.from(bytes, byte => Buffer.of(byte))), outcome)
  })

  t.test(`${scene} (serf ${serf}) has the same outcome split at every offset`, async t => {
    const longest = Math.max(...turns.map(turn => Buffer.from(turn, 'base64').length))
    const failedOffsets: number[] = []
    for (let offset = 1; offset < longest; offset++) {
      const found = await play(bytes => [bytes.subarray(0, offset), bytes.subarray(offset)])
      if (!isDeepStrictEqual(found, outcome)) failedOffsets.push(offset)
    }
    t.same(failedOffsets, [])
  })
}
