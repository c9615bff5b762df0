import type { FileTree } from '../src/file-tree.js'

export function byHand(files: Readonly<Record<string, string>>): FileTree {
  return new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      { content, mode: content.startsWith('#!') ? 0o755 : 0o644 },
    ]),
  )
}

/** Source definitions that were written by hand. */
export const source = byHand({
  'app/type': 'longrun\n',
  'app/run': '#!/usr/bin/execlineb -P\nfdmove -c 2 1\napp --env env\n',
  'app/finish': '#!/bin/sh\n\necho "$1"\n',
  'app/notification-fd': '4\n',
  'app/down-signal': 'SIGQUIT\n',
  'app/timeout-kill': '3000\n',
  'app/flag-essential': '',
  'app/dependencies': '# of old\nsetup\nblocks\n',
  'app/producer-for': 'app-logger\n',
  'app/env/PORT': '80\n',
  'app-logger/type': 'longrun\n',
  'app-logger/run': '#!/bin/sh\nexec logutil-service /var/log/app\n',
  'app-logger/consumer-for': 'app\n',
  'app-logger/pipeline-name': 'app-all\n',
  'setup/type': 'oneshot\n',
  'setup/up': 'mkdir -p "/run/my app"\n',
  'setup/timeout-up': '500\n',
  'blocks/type': 'oneshot\n',
  'blocks/up': 'foreground { mkdir x } touch x/y\n',
  'blocks/down': '/bin/sh -c "rm x/y && rmdir x"\n',
  'nothing/type': 'oneshot\n',
  'nothing/up': '',
  'everything/type': 'bundle\n',
  'everything/contents.d/app-all': '',
  'everything/contents.d/nothing': '',
})
