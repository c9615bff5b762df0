import t from 'tap'
import { element } from '../../../src/page/element.js'
import { drainControl } from '../../../src/page/views/drain-control.js'
import { stateWith } from '../../sample-state.js'
import { fakeDocument, fakeOf } from '../fake-document.js'

t.test('a member is drained, and one that is drained gets its traffic back', async t => {
  fakeDocument(t)
  const paths: string[] = []
  const control = drainControl('s/1', {
    action: ({ label, path }) => {
      paths.push(path)
      return element('button', {}, label)
    },
  })
  control.update({ agent: stateWith() })
  t.equal(fakeOf(control.root).textContent, 'Drain')
  control.update({ agent: stateWith({ drained: [{ member: 's/1', since: 0 }] }) })
  t.equal(fakeOf(control.root).textContent, 'End the drain')
  control.update({ agent: stateWith({ drained: [{ member: 's2', since: 0 }] }) })
  t.equal(fakeOf(control.root).textContent, 'Drain')
  t.same(paths, ['drain/s%2F1', 'undrain/s%2F1'])
})
