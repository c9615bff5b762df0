/**
 * A `systemctl` for a root in which systemd is not PID 1: a script of `sh` that
 * starts, stops and reloads the program of a unit, with the variables, drop-ins and
 * user that the unit and its environment files give it.
 */
export const systemctl = `#!/bin/sh
set -u
folder=/run/units
verb= names= now=
for word in "$@"; do
  case "$word" in
    --now) now=1 ;;
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$word; else names="$names \${word%.service}"; fi ;;
  esac
done

# The lines of a unit and its drop-ins.
lines() {
  for place in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    if [ -e $place/$1.service ]; then cat $place/$1.service; break; fi
  done
  cat /etc/systemd/system/$1.service.d/*.conf 2>/dev/null
}

value() {
  lines $1 | sed -n "s/^$2=//p" | tail -n 1
}

# A process that has ended stays as a zombie here, without a parent that waits for it.
runs() {
  pid=$(cat $folder/$1.pid 2>/dev/null) || return 1
  [ -e /proc/$pid ] && ! grep -q '^State:.Z' /proc/$pid/status
}

begin() {
  if runs $1; then return 0; fi
  program=$(value $1 ExecStart)
  if [ -z "$program" ]; then echo "there is no unit $1.service" >&2; return 5; fi
  user=$(value $1 User)
  as=\${user:+setpriv --reuid=$user --regid=$(value $1 Group) --init-groups}
  mkdir -p $folder
  {
    lines $1 | sed -n 's/^Environment=/export /p'
    echo 'set -a'
    lines $1 | sed -n 's/^EnvironmentFile=-*\\(.*\\)$/[ ! -r \\1 ] || . \\1/p'
    echo "cd / && exec $as $program"
  } > $folder/$1.sh
  setsid sh $folder/$1.sh < /dev/null > $folder/$1.log 2>&1 &
  echo $! > $folder/$1.pid
}

end() {
  runs $1 || return 0
  signal=$(value $1 KillSignal)
  signal=\${signal:-SIGTERM}
  kill -s \${signal#SIG} $pid
  while runs $1; do sleep 0.02; done
}

reload() {
  runs $1 || return 3
  MAINPID=$pid
  eval "$(value $1 ExecReload)"
}

if [ "$verb" = enable ]; then verb=\${now:+start}; fi
if [ "$verb" = disable ]; then verb=\${now:+stop}; fi
for name in $names; do
  case "$verb" in
    start) begin $name ;;
    stop) end $name ;;
    restart) end $name && begin $name ;;
    try-restart) if runs $name; then end $name && begin $name; fi ;;
    reload) reload $name ;;
    is-active) runs $name ;;
  esac || exit $?
done
`
