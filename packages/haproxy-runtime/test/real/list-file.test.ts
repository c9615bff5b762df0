// The files of maps and ACLs: as HAProxy reads them, and as they are sent to it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { array, constantFrom, sample } from 'fast-check'
import { haproxyHead, haproxyPlace, haproxyReleases, startHaproxy } from 'real-components'
import t, { type Test } from 'tap'
import { createRuntimeClient, listEntries } from '../../src/index.js'

const pieces = ['a', 'b', ' ', '\t', '  ', '#', '\n', '\r', '\0', 'é', ';', '\\', '"', '<<', '@1']
const texts = sample(
  array(constantFrom(...pieces, '\n', 'key value\n', 'key other\n', '# x\n'), {
    maxLength: 30,
  }).map(parts => parts.join('')),
  { numRuns: 60, seed: 49 },
)

/** A HAProxy with a map and an ACL for each text. */
async function haproxyWithTexts(t: Test, program: string) {
  const place = haproxyPlace(t)
  const files = texts.map((text, i) => {
    const [map, acl] = [`${i}.map`, `${i}.acl`].map(name => join(place.folder, name))
    for (const file of [map, acl]) writeFileSync(file ?? '', text)
    return { map: map ?? '', acl: acl ?? '', text }
  })
  const rules = files.map(
    ({ map, acl }) =>
      `  http-request set-header X %[req.hdr(host),map(${map})] if { path -f ${acl} }\n`,
  )
  const config = `${haproxyHead(place)}frontend web
  bind unix@${place.folder}/web.sock
${rules.join('')}`
  await startHaproxy(t, place, config, program)
  return { files, runtime: createRuntimeClient({ socket: place.runtimeSocket }) }
}

for (const { version, program } of haproxyReleases()) {
  t.test(`HAProxy ${version} reads the entries of any file that are read here`, async t => {
    const { files, runtime } = await haproxyWithTexts(t, program)
    for (const { map, acl, text } of files) {
      t.strictSame(await runtime.map(map).entries(), listEntries('map', text), text)
      t.strictSame(await runtime.acl(acl).entries(), listEntries('acl', text), text)
    }
  })

  t.test(
    `HAProxy ${version}: entries that are sent are those of the file, or are refused`,
    async t => {
      const { files, runtime } = await haproxyWithTexts(t, program)
      const [first] = files
      let sent = 0
      for (const { text } of files) {
        for (const kind of ['map', 'acl'] as const) {
          const list = runtime[kind](first?.[kind] ?? '')
          const entries = listEntries(kind, text)
          const before = await list.entries()
          try {
            await list.replace(entries)
            t.strictSame(await list.entries(), entries, text)
            sent++
          } catch (error) {
            t.match(error, { code: 'unsafe-argument' })
            t.strictSame(await list.entries(), before)
          }
        }
      }
      t.ok(sent > 60, `${sent} sent`)
    },
  )

  t.test(`HAProxy ${version}: a regular expression that is refused changes nothing`, async t => {
    const place = haproxyPlace(t)
    const file = join(place.folder, 'paths.map')
    writeFileSync(file, '^/a 1\n^/ab 2\n')
    const config = `${haproxyHead(place)}frontend web
  bind unix@${place.folder}/web.sock
  http-request set-header X %[path,map_reg(${file})]
  http-request set-header Y %[path,map_reg_int(${file},0)]
`
    await startHaproxy(t, place, config, program)
    const map = createRuntimeClient({ socket: place.runtimeSocket }).map(file)
    const before = await map.entries()
    for (const bad of [
      { key: '^/(', value: '3' },
      { key: '^/c', value: 'no number' },
    ])
      await t.rejects(map.replace([{ key: '^/z', value: '1' }, bad]), { code: 'refused' })
    t.strictSame(await map.entries(), before)
    const reversed = before.toReversed()
    await map.replace(reversed)
    t.strictSame(await map.entries(), reversed, 'in the order in which they match')
  })
}
