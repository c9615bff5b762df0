/**
 * Keywords of a `bind` or `stats socket` line that take a value, of HAProxy 2.6
 * to 3.2 (configuration manual, section 5.1). A test holds the list against the
 * keywords that the installed releases print (`haproxy -dKcfg`).
 */
export const bindKeywordsWithValue: ReadonlySet<string> = new Set(
  (
    'accept-netscaler-cip alpn backlog ca-file ca-ignore-err ca-sign-file ca-sign-pass ca-verify-file ' +
    'cc ciphers ciphersuites client-sigalgs crl-file crt crt-ignore-err crt-list curves default-crt ' +
    'ecdhe expose-fd gid group guid-prefix id idle-ping interface label level maxconn mode mss name ' +
    'namespace nbconn nice npn process proto quic-cc-algo quic-socket severity-output shards sigalgs ' +
    'ssl-max-ver ssl-min-ver tcp-md5sig tcp-ut thread tls-ticket-keys uid user verify'
  ).split(' '),
)
