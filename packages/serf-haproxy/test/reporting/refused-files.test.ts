import t from 'tap'
import { diskText, refusedFiles } from '../../src/reporting/refused-files.js'

t.test('a file is refused since its first error, and until the disk takes it', async t => {
  const first = refusedFiles([], { place: 'lock', error: 'ENOSPC' }, 1)
  t.same(first, [{ place: 'lock', at: 1, error: 'ENOSPC' }])
  t.equal(refusedFiles(first, { place: 'lock', error: 'ENOSPC' }, 2), first)
  t.same(refusedFiles(first, { place: 'lock', error: 'EROFS' }, 3), [
    { place: 'lock', at: 1, error: 'EROFS' },
  ])
  const both = refusedFiles(first, { place: 'generations', error: 'EIO' }, 4)
  t.equal(both.length, 2)
  t.same(refusedFiles(both, { place: 'lock', error: undefined }, 5), [
    { place: 'generations', at: 4, error: 'EIO' },
  ])
  t.equal(refusedFiles(both, { place: 'state folder', error: undefined }, 6), both)
})

t.test('a reason names the file in the present tense', async t => {
  t.equal(diskText({ place: 'lock', error: 'ENOSPC' }), 'the disk refuses the lock: ENOSPC')
})
