import t from 'tap'
import { parseDescription } from '../../src/description/parse-description.js'

/** A service with some fields beside its command. */
const web = (fields: object = {}) => ({ web: { run: 'exec web', ...fields } })

t.test('what is left out has its default', async t => {
  t.strictSame(parseDescription(web()), {
    web: {
      type: 'longrun',
      run: 'exec web',
      after: [],
      environment: {},
      limits: {},
      restart: 'always',
      stopSignal: 'TERM',
      stopTimeoutMs: 10_000,
      finishTimeoutMs: 5000,
      files: {},
    },
  })
  t.match(parseDescription(web({ ready: { check: '\nexec ping\n' }, log: '/log' })), {
    web: {
      ready: { check: 'exec ping', everyMs: 50 },
      log: { folder: '/log', files: 10, bytesPerFile: 1_000_000 },
    },
  })
  t.strictSame(parseDescription({ folders: { up: 'mkdir x' }, all: { contents: ['folders'] } }), {
    folders: {
      type: 'oneshot',
      up: 'mkdir x',
      after: [],
      environment: {},
      limits: {},
      upTimeoutMs: 0,
      downTimeoutMs: 10_000,
    },
    all: { type: 'bundle', contents: ['folders'] },
  })
  t.strictSame(parseDescription({}), {})
})

t.test('a description that was checked stays the same when it is checked again', async t => {
  const services = parseDescription({
    ...web({ after: ['db'], ready: { fd: 3 }, environment: { A: '1' }, log: '${LOGS}/web' }),
    db: { run: 'exec db', ready: { check: 'ping' }, stopSignal: 'INT', stopTimeoutMs: 1 },
  })
  t.strictSame(parseDescription(services), services)
})

t.test('a fault names the service, the field, what was found and what was wanted', async t => {
  const faults: readonly (readonly [unknown, RegExp])[] = [
    [null, /^the services: .*expected record.*.*got null$/],
    [[], /^the services: .*expected record.*.*got \[\]$/],
    [{ web: null }, /^service web: .*expected object.*.*got null$/],
    [{ web: {} }, /^service web, run: expected a shell command.*got nothing$/],
    [web({ run: ' \n' }), /^service web, run: expected a shell command.*got ""$/],
    [web({ run: ['a'] }), /^service web, run: expected a shell command.*got \["a"\]$/],
    [web({ rum: 1 }), /^service web: Unrecognized key: "rum"/],
    [web({ after: 'db' }), /^service web, after: .*expected array.*.*got "db"$/],
    [web({ after: ['../db'] }), /^service web, after\.0: expected up to 64 .*.*got "\.\.\/db"$/],
    [web({ ready: {} }), /^service web, ready: expected either fd, or check .*.*got \{\}$/],
    [web({ ready: 3 }), /^service web, ready: expected either fd, or check .*.*got 3$/],
    [web({ ready: { fd: 3, check: 'x' } }), /^service web, ready: expected either fd, or check/],
    [web({ finish: '' }), /^service web, finish: expected a shell command.*got ""$/],
    [web({ run: 'a\r\nb' }), /^service web, run: expected lines that end in a newline alone/],
    [web({ run: 'a\0b' }), /^service web, run: expected text without NUL/],
    [web({ user: 'a b' }), /^service web, user: expected the name of a user, or uid:gid/],
    [web({ user: '-x' }), /^service web, user: expected the name of a user/],
    [web({ limits: { openFiles: -1 } }), /^service web, limits\.openFiles: .*>=0, got -1$/],
    [web({ limits: { files: 1 } }), /^service web, limits: Unrecognized key: "files"/],
    [web({ restart: 'no' }), /^service web, restart: .*"always"\|"on-failure"/],
    [
      web({ restart: 'never', giveUp: { deaths: 1, withinSeconds: 1 } }),
      /^service web, giveUp: expected none with restart: never/,
    ],
    [
      web({ giveUp: { deaths: 5000, withinSeconds: 1 } }),
      /^service web, giveUp\.deaths: .*<=4096, got 5000$/,
    ],
    [web({ finishTimeoutMs: -1 }), /^service web, finishTimeoutMs: .*>=0, got -1$/],
    [
      web({ type: 'daemon' }),
      /^service web, type: expected longrun, oneshot or bundle.*got .*daemon/,
    ],
    [web({ up: 'x' }), /^service web, up: .*|Unrecognized key: "run"/],
    [web({ log: { folder: '/l', files: 0 } }), /^service web, log/],
    [web({ files: { '../x': '' } }), /^service web, files\.\.\.\/x: expected a path below data/],
    [
      web({ files: { 'data/run': '' } }),
      /^service web, files\.data\/run: expected a name that is not/,
    ],
    [
      web({ ready: { check: 'x' }, files: { 'data/check': '' } }),
      /^service web, files: expected no data\/check with a check/,
    ],
    [{ web: { up: '' } }, /^service web, up: expected a shell command.*got ""$/],
    [
      { web: { up: '#!/bin/bash\nx' } },
      /^service web, up: expected shell commands without a line #!/,
    ],
    [{ web: { up: 'x', upTimeoutMs: -1 } }, /^service web, upTimeoutMs: .*>=0, got -1$/],
    [{ web: { up: 'x', log: '/log' } }, /^service web: Unrecognized key: "log"/],
    [{ web: { contents: [] } }, /^service web, contents: expected at least one service.*got \[\]$/],
    [web({ ready: { fd: 2 } }), /^service web, ready\.fd: .*>=3, got 2$/],
    [
      web({ ready: { check: '' } }),
      /^service web, ready\.check: expected a shell command.*got ""$/,
    ],
    [web({ ready: { check: 'x', everyMs: 0 } }), /^service web, ready\.everyMs: .*>=1, got 0$/],
    [
      web({ environment: { '1A': '' } }),
      /^service web, environment\.1A: expected a name .*got "1A"$/,
    ],
    [web({ environment: { 'A;x': '' } }), /^service web, environment\.A;x: expected a name/],
    [web({ environment: { A: 1 } }), /^service web, environment\.A: .*expected string.*.*got 1$/],
    [web({ stopSignal: 'KILL' }), /^service web, stopSignal: .*"TERM"\|"INT".*, got "KILL"$/],
    [web({ stopTimeoutMs: 0 }), /^service web, stopTimeoutMs: .*>=1, got 0$/],
    [web({ stopTimeoutMs: '5s' }), /^service web, stopTimeoutMs: .*expected number.*.*got "5s"$/],
    [web({ log: '/a b' }), /^service web, log\.folder: expected a path .*.*got "\/a b"$/],
    [web({ log: '/a$(x)' }), /^service web, log\.folder: expected a path/],
    [web({ log: '/a"b' }), /^service web, log\.folder: expected a path/],
    [web({ log: '${A' }), /^service web, log\.folder: expected a path/],
    [
      web({ log: 'logs/web' }),
      /^service web, log\.folder: expected a path that begins with \/ or \. or/,
    ],
    [web({ log: 'T' }), /^service web, log\.folder: expected a path that begins with/],
    [web({ log: '' }), /^service web, log\.folder: expected a path/],
  ]
  for (const [input, message] of faults) {
    t.throws(
      () => parseDescription(input),
      { name: 'ServiceError', code: 'invalid-description', message },
      JSON.stringify(input),
    )
  }
})

t.test('all faults are told, one a line', async t => {
  const faulty = { web: { run: '', log: 'x' }, db: {} }
  t.throws(() => parseDescription(faulty), {
    message: /^service web, run.*\nservice web, log.*\nservice db, run.*$/,
  })
})
