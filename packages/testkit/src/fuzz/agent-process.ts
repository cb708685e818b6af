import { join } from 'node:path'
import { startHttpService } from '@apsis/agent/http'
import { runAgent } from '@apsis/agent/main'
import { agentOptions, httpOptions } from '@apsis/agent/options'

// An agent with an HTTP service as a process of its own: FOLDER [PORT CERT TOKEN]. Says the port of the service on stdout.
const [folder = '', port, cert, token = 'secret'] = process.argv.slice(2)
const options = agentOptions(
  {
    ...(port === undefined ? { host: null } : { host: 'localhost', port: Number(port) }),
    ...(cert === undefined ? {} : { cert }),
    token,
    stateDir: join(folder, 'state'),
    connectIntervalStart: 0.01,
    connectIntervalMax: 0.01,
  },
  {},
)
const http = httpOptions({ port: 0 }, {})
if (!options.ok) throw new Error(options.error)
if (!http.ok) throw new Error(http.error)
// What is refused is said, and nobody reads it: only what ends the process is of interest.
const agent = await runAgent(options.value, { log: () => {}, environment: process.env })
const service = await startHttpService(http.value, agent, () => {})
process.on('SIGTERM', () => {
  if (agent.counts().unended === 0) agent.shutdown('finish')
  else agent.shutdown('kill')
})
process.stdout.write(`${service.port}\n`)
await agent.closed
await service.close(0)
