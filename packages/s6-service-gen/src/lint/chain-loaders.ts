/** The words and blocks that a program takes before the rest of its command line, which it runs. */
export interface ChainLoader {
  /** Letters of its options; a colon follows those that take a word. */
  readonly options: string
  /** Number of words before its blocks. */
  readonly words: number
  /** Number of blocks, as in `{ true }`. */
  readonly blocks: number
  /** True if its blocks are command lines. */
  readonly runsBlocks: boolean
  /** True if it fails with nothing behind it. */
  readonly needsRest: boolean
  /** True if it puts values in place of words as `$NAME`; 'E': with its option -E. */
  readonly substitutes: boolean | 'E'
}

/** One row for each: names, options, words, blocks (with a sign that they are run), and flags. */
const rows = `
  background                  d           0 1! rest?
  backtick                    iIxnND:Ee   1 1! rest? E
  case                        sSeEnNi     1 1  rest?
  cd execline-cd              -           1 0
  posix-cd posix-umask        -           1 0  rest?
  define                      NnsCcd:     2 0  rest? substitutes
  elgetopt                    D:          1 0
  elgetpositionals            P:          0 0
  elglob                      vwsme0      2 0  rest? substitutes
  emptyenv                    pcoP        0 0
  envfile                     Ii          1 0
  exec                        cla:        0 0
  export                      -           2 0
  fdblock                     n           1 0
  fdclose                     -           1 0
  fdmove                      c           2 0
  fdreserve                   -           1 0
  fdswap                      -           2 0
  forbacktickx                po:x:0d:cCNnEe 1 1! rest? E
  foreground                  -           0 1! rest?
  forstdin                    po:x:0d:cCNnEe 1 0 E
  forx                        po:x:Ee     1 1  rest? E
  getcwd                      Ee          1 0  E
  getpid                      PpEe        1 0  E
  heredoc                     d           2 0
  if                          Xntx:       0 1! rest?
  ifelse                      Xn          0 2! rest?
  ifte                        Xn          0 2!
  ifthenelse                  Xs          0 3! rest?
  importas                    iuNnsCcD:d: 2 0  rest? substitutes
  loopwhilex                  no:x:       0 0
  multidefine                 0rsnd:cC    1 1  rest? substitutes
  multisubstitute             -           0 1  substitutes
  pipeline                    drwn        0 1!
  piperw                      -           2 0
  redirfd                     rwuaxnb     2 0
  trap                        xt:         0 1
  tryexec                     ncla:       0 1! rest?
  umask execline-umask        -           1 0
  unexport                    -           1 0
  wait                        aIiort:     0 1  rest?
  withstdinas                 iInND:Ee    1 0  rest? E
  s6-applyuidgid              zu:g:G:U    0 0
  s6-envdir                   IinfLc:     1 0
  s6-envuidgid                iD:ugBn     1 0
  s6-fghack                   -           0 0
  s6-notifyoncheck            d3:s:T:t:w:n:c: 0 0
  s6-permafailon              -           3 0
  s6-setlock                  rwnNt:      1 0
  s6-setsid                   sbfgiIqd:   0 0
  s6-setuidgid                -           1 0
  s6-softlimit                a:c:d:f:l:m:o:p:r:s:t: 0 0
  with-contenv                -           0 0
  nohup                       -           0 0
  timeout                     k:s:v       1 0
`

/** Programs that chain load, by name. */
export const chainLoaders: ReadonlyMap<string, ChainLoader> = new Map(
  rows
    .trim()
    .split('\n')
    .flatMap(row => {
      const fields = row.trim().split(/\s+/)
      const at = fields.findIndex(field => /^\d$/.test(field))
      const [blocks = '0'] = fields.slice(at + 1)
      const options = fields[at - 1] ?? '-'
      const loader: ChainLoader = {
        options: options === '-' ? '' : options,
        words: Number(fields[at]),
        blocks: Number.parseInt(blocks, 10),
        runsBlocks: blocks.endsWith('!'),
        needsRest: !fields.includes('rest?'),
        substitutes: fields.includes('E') ? 'E' : fields.includes('substitutes'),
      }
      return fields.slice(0, at - 1).map(name => [name, loader] as const)
    }),
)
