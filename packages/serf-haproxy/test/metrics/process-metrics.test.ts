import t from 'tap'
import { processMetrics, processUse } from '../../src/metrics/process-metrics.js'

t.test('the process uses memory and processor time, and its time does not go back', async t => {
  const first = processUse()
  t.ok(first.residentBytes > 1_000_000, 'bytes')
  t.ok(first.cpuSeconds > 0)
  t.ok(first.cpuSeconds < 3600, 'seconds')
  t.ok(processUse().cpuSeconds >= first.cpuSeconds)
})

t.test('the heap is a part of the memory, and the process has started in the past', async t => {
  const { heapBytes, residentBytes, startedAtSeconds } = processUse()
  t.ok(heapBytes > 1_000_000 && heapBytes < residentBytes, `${heapBytes}`)
  const age = Date.now() / 1000 - startedAtSeconds
  t.ok(age >= 0 && age < 3600, `${age} s`)
})

t.test('the event loop is busy while the program works', async t => {
  const before = processUse().loopSeconds
  const end = performance.now() + 20
  while (performance.now() < end);
  await new Promise(setImmediate)
  const busy = processUse().loopSeconds - before
  t.ok(busy >= 0.015 && busy < 60, `${busy} s`)
})

t.test('memory and processor time have the names that Prometheus gives them', async t => {
  const names = processMetrics(processUse()).map(({ name }) => name)
  t.strictSame(names, [
    'process_resident_memory_bytes',
    'process_heap_bytes',
    'process_start_time_seconds',
    'process_cpu_seconds_total',
    'serf_haproxy_event_loop_active_seconds_total',
  ])
})
