export const USAGE = 'Usage: procstar [OPTIONS] [INPUT]\n       procstar http COMMAND\n'

/** What `--help` says, in 80 columns. */
export const HELP: string = `Runs processes on this host, says how they ended, and never loses one.

${USAGE}
  INPUT    file of processes to start at once, as JSON; - for stdin:
           {"specs": {"hello": {"argv": ["/bin/echo", "hello"]}}}

What to do, one or more; it ends when all of them have ended:
  -x, --exit               until no process runs; then delete them all
  -p, --print              the same, and print the results as JSON
  -o, --output <FILE>      the same, and write the results into a file
  -w, --wait               until no process is left: until all are deleted
      --wait-timeout <SECONDS>
                           with --agent, wait this long for the first process
                           [default: 600]
  -s, --serve              serve HTTP on this host
  -a, --agent              connect to a server and run what it asks for

Processes:
      --restrict-exe <EXE> run this very executable only
      --state <DIR>        keep processes and results in this folder, for the
                           next procstar with it to take back [default: with
                           --agent, procstar in the user's state folder; else
                           a folder that is removed at the end]
      --keep-for <SECONDS> delete what ended this long ago and nobody deleted
                           [default: never]
      --disk-budget <BYTES>
                           keep this much output of ended processes at most,
                           and delete the oldest beyond [default: no limit]
HTTP service:
      --serve-port <PORT>  port; 0 for one that is free [default: 3000]
      --serve-host <ADDRESS>
                           address to listen on [default: 127.0.0.1]; others
                           than this host's own need PROCSTAR_HTTP_TOKEN
      --serve-socket <PATH>
                           Unix socket to listen on, instead of a port; with
                           --serve-port too
      --serve-socket-mode <MODE>
                           its permissions, octal [default: 600]
      --serve-cert <FILE>, --serve-key <FILE>
                           serve TLS with this certificate and key, PEM
      --serve-names <NAME,NAME>
                           other names that this host is called by in requests
Agent:
      --agent-host <HOST>  the server [default: PROCSTAR_AGENT_HOST]
      --agent-port <PORT>  its port [default: PROCSTAR_AGENT_PORT, or 59789]
      --group-id <GROUP>   group that this agent is in [default: default]
      --connect-interval-start <SECONDS>
                           wait after a failed attempt to connect [default: 1]
      --connect-interval-mult <FACTOR>
                           how much longer each wait is [default: 2]
      --connect-interval-max <SECONDS>
                           the longest wait [default: 15]
      --connect-count-max <COUNT>
                           attempts in a row that may fail [default: no limit]
Other:
      --log-level <LEVEL>  trace, debug, info, warn or error [default: warn]
  -h, --help               this text
  -V, --version            the version

Environment: PROCSTAR_AGENT_HOST, PROCSTAR_AGENT_PORT, PROCSTAR_AGENT_TOKEN
(what the server expects of agents), PROCSTAR_AGENT_CERT (PEM file of a
certificate to trust); PROCSTAR_HTTP_TOKEN, PROCSTAR_HTTP_CERT,
PROCSTAR_HTTP_KEY. No process is given the tokens.

Exit code: 0 done, whatever became of the processes; 1 failed, or the server
was not reached; 2 used wrongly, or INPUT not readable; 65 nothing to do, or
INPUT refused; 72 the results could not be written.
`
