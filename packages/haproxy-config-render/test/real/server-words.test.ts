import { spawnSync } from 'node:child_process'
import { haproxyReleases, missingProgram } from 'real-components'
import t from 'tap'
import { tagWords, valuesOf, wordProblem } from '../../src/model/server-words.js'

const skip = missingProgram('haproxy')

for (const { version, program } of skip ? [] : haproxyReleases()) {
  t.test(`each word of HAProxy ${version} is taken or refused with a reason`, async t => {
    const listing = spawnSync(program, ['-dKcfg', '-q', '-c', '-f', '/dev/null'], {
      encoding: 'utf8',
    })
    const listed = [
      ...listing.stdout.matchAll(/^\s*server <name> <addr> (\S+)(?: \+(-?\d+))?/gm),
    ].map(([, word = '', values = '0']) => {
      // The listing leaves out the id in parentheses.
      return [word === 'set-proxy-v2-tlv-fmt' ? `${word}(0x20)` : word, Number(values)] as const
    })
    t.ok(listed.length > 90, `${listed.length} words`)
    for (const [word, values] of listed) {
      const problem = wordProblem(word)
      t.notMatch(problem ?? '', /expected a word of a server line/, word)
      if (problem === undefined && values >= 0 && word !== 'source' && !word.includes('('))
        t.equal(valuesOf(word) !== undefined, values === 1, word)
    }
    const names = new Set(listed.map(([word]) => word))
    for (const word of tagWords.keys()) t.ok(names.has(word), `${word} is one of them`)
  })
}
