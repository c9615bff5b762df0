/**
 * Keywords of a `server` line that take a value, of HAProxy 2.6 to 3.2
 * (configuration manual, section 5.2). A test holds the list against the
 * keywords that the installed releases print (`haproxy -dKcfg`).
 */
export const keywordsWithValue: ReadonlySet<string> = new Set(
  (
    'addr agent-addr agent-inter agent-port agent-send alpn ca-file cc check-alpn check-pool-conn-name ' +
    'check-proto check-sni ciphers ciphersuites client-sigalgs cookie crl-file crt curves downinter ' +
    'error-limit fall fastinter guid hash-key id idle-ping init-addr init-state inter log-bufsize ' +
    'log-proto max-reuse maxconn maxqueue minconn namespace npn observe on-error on-marked-down ' +
    'on-marked-up pool-conn-name pool-low-conn pool-max-conn pool-purge-delay port proto ' +
    'proxy-v2-options redir resolve-net resolve-opts resolve-prefer resolvers rise shard sigalgs ' +
    'slowstart sni socks4 source ssl-max-ver ssl-min-ver tcp-md5sig tcp-ut track verify verifyhost ' +
    'weight ws'
  ).split(' '),
)

/** Keywords that take a value only directly after `source ADDRESS`. */
export const sourceKeywords: ReadonlySet<string> = new Set(['usesrc', 'interface'])
