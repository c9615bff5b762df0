/** The dependencies that are allowed between the folders of one package's `src`. */
export interface FolderArrows {
  /** Files at the root that compose the folders. Only other surface files import them. */
  readonly surface: readonly string[]
  /**
   * Folder → the folders that it imports. Every other file at the root of `src` is
   * foundation: it may be imported by all, and imports foundation only.
   */
  readonly folders: Readonly<Record<string, readonly string[]>>
}

/** The allowed arrows, from what composes to what is composed. Type imports count. */
export const folderArrows: Readonly<Record<string, FolderArrows>> = {
  'node-serf-client': {
    surface: ['index.ts', 'connect.ts', 'serf-client.ts'],
    folders: {
      'fake-agent': ['records', 'wire'],
      records: ['connection', 'wire'],
      connection: ['wire'],
      wire: [],
    },
  },
  'serf-events': {
    surface: ['index.ts', 'cli.ts', 'watch-command.ts', 'watch-membership.ts', 'watch-agent.ts'],
    folders: { log: [], reads: [], handler: [] },
  },
  'command-line-program': {
    surface: ['index.ts', 'run-program.ts'],
    folders: { completion: [] },
  },
  'versioned-map': { surface: ['index.ts'], folders: {} },
  'haproxy-config-text': {
    surface: ['index.ts', 'effective.ts', 'program.ts'],
    folders: { check: ['program'], program: [] },
  },
  'haproxy-config-render': {
    surface: ['index.ts', 'builder.ts', 'schema.ts'],
    folders: {
      cli: ['check', 'lint', 'model', 'output', 'pools', 'template'],
      check: ['model', 'output', 'template'],
      template: ['model', 'output'],
      output: ['model'],
      pools: ['model'],
      model: [],
      lint: [],
    },
  },
  'haproxy-runtime': {
    surface: [
      'index.ts',
      'runtime.ts',
      'runtime-client.ts',
      'master.ts',
      'sdk.ts',
      'server-changes.ts',
      'statistics.ts',
      'named-servers.ts',
    ],
    folders: {
      'fake-haproxy': ['commands'],
      commands: ['socket'],
      replies: [],
      socket: [],
    },
  },
  'haproxy-reloader': {
    surface: ['index.ts', 'files.ts', 'reloader.ts', 'reloader-options.ts', 'reloader-parts.ts'],
    folders: {
      reconcile: [
        'generations',
        'named-files',
        'plan',
        'queue',
        'reload',
        'running',
        'runtime',
        'servers',
      ],
      reload: ['plan', 'ports', 'queue', 'running'],
      ports: [],
      runtime: ['plan', 'servers'],
      running: ['plan', 'servers'],
      queue: ['plan'],
      generations: ['plan'],
      'named-files': ['plan', 'running'],
      plan: ['servers'],
      servers: [],
    },
  },
  's6-service-gen': {
    surface: ['index.ts', 'cli.ts'],
    folders: {
      lint: ['description', 'generate', 'import', 'tree'],
      import: ['description', 'generate', 'tree'],
      tree: ['generate'],
      generate: ['description'],
      description: [],
    },
  },
  'pool-scaler': {
    surface: ['index.ts', 'cli.ts', 'run-command.ts', 'scale-pools.ts'],
    folders: {
      loop: ['agent', 'configuration', 'driver', 'policy'],
      configuration: ['agent', 'driver', 'policy'],
      agent: ['policy'],
      driver: [],
      policy: [],
    },
  },
  'serf-haproxy': {
    surface: ['index.ts', 'cli.ts'],
    folders: {
      commands: [
        'adopt',
        'agent',
        'balancers',
        'configuration',
        'decision',
        'doctor',
        'guard',
        'http',
        'recording',
        'redaction',
        'rendering',
        'reporting',
        'state',
        'storage',
        'supervisor',
        'verdict',
      ],
      adopt: ['configuration', 'haproxy', 'redaction', 'verdict'],
      supervisor: ['agent', 'configuration', 'reporting', 'state'],
      doctor: [
        'agent',
        'balancers',
        'configuration',
        'haproxy',
        'http',
        'probe',
        'rendering',
        'reporting',
        'state',
        'storage',
      ],
      http: ['agent', 'configuration', 'metrics', 'redaction', 'reporting', 'state', 'views'],
      views: ['reporting', 'state'],
      agent: [
        'balancers',
        'configuration',
        'decision',
        'guard',
        'haproxy',
        'polling',
        'probe',
        'recording',
        'redaction',
        'rendering',
        'reporting',
        'state',
        'storage',
        'tracing',
        'traffic',
      ],
      traffic: ['haproxy', 'reporting', 'state'],
      balancers: ['configuration', 'reporting'],
      tracing: ['redaction', 'reporting'],
      polling: ['haproxy', 'reporting'],
      probe: ['configuration', 'reporting'],
      guard: ['configuration', 'decision', 'haproxy', 'rendering', 'reporting', 'state'],
      reporting: ['configuration', 'decision', 'haproxy', 'redaction', 'rendering', 'state'],
      storage: ['decision', 'state'],
      recording: ['decision', 'rendering'],
      rendering: ['configuration', 'decision', 'haproxy', 'redaction'],
      haproxy: ['configuration', 'decision', 'state'],
      decision: ['state'],
      configuration: ['redaction'],
      redaction: [],
      page: ['state'],
      metrics: ['reporting', 'state'],
      state: [],
      verdict: [],
    },
  },
  'serf-haproxy-lab': {
    surface: [
      'index.ts',
      'lab-command.ts',
      'autoscale-command.ts',
      'command-context.ts',
      'choose-engine.ts',
    ],
    folders: {
      lab: ['autoscale', 'engine'],
      autoscale: ['engine', 'processes'],
      containers: ['engine'],
      processes: ['engine'],
      engine: [],
    },
  },
  'serf-haproxy-lab-tasks': {
    surface: ['cli.ts', 'evidence-commands.ts', 'report-commands.ts'],
    folders: {
      report: [
        'assignment',
        'charts',
        'compare',
        'convergence',
        'evidence',
        'grade',
        'images',
        'tasks',
      ],
      charts: ['compare', 'convergence'],
      'hand-in': ['assignment', 'compare', 'convergence', 'evidence', 'grade', 'report', 'tasks'],
      assignment: [],
      faults: [],
      grade: ['evidence', 'tasks'],
      tasks: ['evidence', 'images'],
      images: [],
      compare: ['evidence'],
      convergence: ['evidence'],
      evidence: [],
    },
  },
}

/** Rows of a kind: one command, or one part of the page, a file. */
export const rowFolders: ReadonlySet<string> = new Set(['commands', 'page'])
