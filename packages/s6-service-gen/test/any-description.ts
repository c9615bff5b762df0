import * as fc from 'fast-check'
import type { Description } from '../src/description/service-description.js'
import { isServiceName } from '../src/description/service-name.js'

/** Longer names than this say nothing new; no two may differ by the end of a logger alone. */
const name = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,7}$/)
  .filter(text => isServiceName(text) && !/-(?:log|pipeline)$/.test(text))

/** Shell commands that are hard to quote; each is a whole command. */
const command = fc.constantFrom(
  'exec sleep 1000',
  `printf '%s' "it's"`,
  'cat <<EOF\n{ "a" \\ }\nEOF',
  'echo "$HOME" `date` \\\\ # no end',
  'if true; then\n\techo é {}\nfi',
  `echo 'x
y'`,
  '{ echo a; } 2>&1 | cat',
)
const commands = fc.array(command, { minLength: 1, maxLength: 3 }).map(all => all.join('\n'))
const script = fc.oneof(
  commands,
  commands.map(text => `#!/usr/bin/env bash\n${text}`),
)

const millisecond = fc.integer({ min: 1, max: 100_000 })
const limit = fc.integer({ min: 0, max: 1_000_000 })
const user = fc.constantFrom('nobody', 'www-data', '1000:1000')
const text = fc.string({ unit: 'binary', maxLength: 12 }).filter(each => !each.includes('\0'))

const environment = fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/), text, {
  maxKeys: 3,
})

const limits = fc.record(
  { openFiles: limit, coreBytes: limit, processes: limit, cpuSeconds: limit },
  { requiredKeys: [] },
)

const ready = fc.oneof(
  fc.record({ fd: fc.integer({ min: 3, max: 1023 }) }),
  fc.record({ check: script, everyMs: millisecond }),
)

const log = fc.oneof(
  fc.record(
    {
      folder: fc.constantFrom('/var/log/x', './log', '${LOG_DIR}/x'),
      files: fc.integer({ min: 1, max: 100 }),
      bytesPerFile: fc.integer({ min: 4096, max: 1_000_000 }),
      user,
    },
    { requiredKeys: ['folder'] },
  ),
  fc.record({ run: script }),
)

const giveUp = fc.record({
  deaths: fc.integer({ min: 1, max: 4096 }),
  withinSeconds: fc.integer({ min: 1, max: 86_400 }),
})

const files = fc.dictionary(fc.constantFrom('env/PORT', 'data/seed.sql', 'data/a/b.sh'), text)

const longrun = fc
  .record(
    {
      run: script,
      finish: script,
      environment,
      user,
      limits,
      ready,
      restart: fc.constantFrom('always' as const, 'on-failure' as const, 'never' as const),
      giveUp,
      stopSignal: fc.constantFrom('TERM' as const, 'QUIT' as const, 'WINCH' as const),
      stopTimeoutMs: millisecond,
      finishTimeoutMs: fc.oneof(fc.constant(0), millisecond),
      log,
      files,
    },
    { requiredKeys: ['run'] },
  )
  .map(({ giveUp: limitOfDeaths, ...rest }) =>
    rest.restart === 'never' || !limitOfDeaths ? rest : { ...rest, giveUp: limitOfDeaths },
  )

const oneshot = fc.record(
  {
    up: commands,
    down: commands,
    environment,
    user,
    limits,
    upTimeoutMs: fc.oneof(fc.constant(0), millisecond),
    downTimeoutMs: fc.oneof(fc.constant(0), millisecond),
  },
  { requiredKeys: ['up'] },
)

/** Any valid description: references point to earlier services, so there is no cycle. */
export const anyDescription: fc.Arbitrary<Description> = fc
  .uniqueArray(
    fc.tuple(
      name,
      fc.oneof(
        { weight: 3, arbitrary: longrun },
        { weight: 2, arbitrary: oneshot },
        fc.constant(null),
      ),
      fc.array(fc.nat(), { maxLength: 3 }),
    ),
    { maxLength: 8, selector: ([each]) => each },
  )
  .map(entries => {
    const description: Record<string, Description[string]> = {}
    for (const [each, service, numbers] of entries) {
      const before = Object.keys(description)
      const others = numbers.flatMap(number => before[number % (before.length || 1)] ?? [])
      if (service) description[each] = { ...service, after: others }
      else if (others.length > 0) description[each] = { contents: others }
    }
    return description
  })

const plain = ['{', '}', ' { ', ' } ', '"', '\\', ' ', '\t', '\n', '#', 'a', 'b0', '{}', '\r']
const escapes = ['\\n', '\\0x41', '\\065', '\\66', '\\0101', '\\"', '\\\\', '""', '\\\n', 'x']

/**
 * Text in execline's own alphabet, so that most of it means something. It does
 * not end within an escape, nor has it one right behind a brace: execlineb takes
 * those for a fault or for nothing, depending on what else is there.
 */
export const anyExecline: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...plain, ...escapes), { maxLength: 16 })
  .map(all => all.join(''))
  .filter(text => !/\\[0-9a-fx]*$|[{}]\\/.test(text))
