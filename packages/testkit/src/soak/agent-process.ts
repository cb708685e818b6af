import { join } from 'node:path'
import { runAgent } from '@apsis/agent/main'
import { agentOptions } from '@apsis/agent/options'

// An agent as a process of its own, to be killed: FOLDER PORT CERT TOKEN.
const [folder = '', port = '', cert = '', token = ''] = process.argv.slice(2)
const options = agentOptions(
  {
    host: 'localhost',
    port: Number(port),
    cert,
    token,
    stateDir: join(folder, 'state'),
    connectIntervalStart: 0.01,
    connectIntervalMax: 0.05,
  },
  {},
)
if (!options.ok) throw new Error(options.error)
const agent = await runAgent(options.value, {
  log: (level, text) => process.stderr.write(`${level}: ${text}\n`),
  environment: process.env,
})
process.on('SIGQUIT', () => agent.shutdown('kill'))
await agent.closed
