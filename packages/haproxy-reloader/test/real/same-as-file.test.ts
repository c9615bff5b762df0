import t from 'tap'
import { compareWithFile } from './same-as-file.js'

compareWithFile(t, {
  'own words only': (bind, servers) => `frontend web
  bind ${bind}
  default_backend nodes
backend nodes
  balance roundrobin
${servers}`,
  'servers by hand, and a frontend of the same name': (bind, servers) => `frontend nodes
  bind ${bind}
  default_backend nodes
backend nodes
  balance roundrobin
  server sorry 127.0.0.1:9 backup weight 7
${servers}  server-template slot 1-2 127.0.0.1:9 disabled
`,
})
