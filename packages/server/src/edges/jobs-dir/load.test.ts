import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { JobLoader } from './index.ts'

test('what has the name of a job file but cannot be read is an error of its own, and is not waited for', async (t) => {
  const folder = await tempFolder(t)
  await writeFile(join(folder, 'good.yaml'), 'program: {type: no-op}\n')
  execFileSync('mkfifo', [join(folder, 'fifo.yaml')])
  await symlink('loop.yaml', join(folder, 'loop.yaml'))
  await symlink('gone', join(folder, 'dangling.yaml'))
  await mkdir(join(folder, 'sub'))
  await symlink('sub', join(folder, 'folder.yaml'))
  await writeFile(join(folder, 'huge.yaml'), '')
  await truncate(join(folder, 'huge.yaml'), 2 ** 40)
  const { jobs, diagnostics } = await loaderOf(folder).load()
  assert.deepEqual(
    jobs.map(({ id }) => id),
    ['good'],
  )
  assert.deepEqual(
    diagnostics.map(({ code, severity, file }) => `${severity} ${code} ${file}`),
    ['dangling', 'fifo', 'folder', 'huge', 'loop'].map(
      (name) => `error ${name === 'huge' ? 'JOB_TOO_LARGE' : 'JOB_UNREADABLE'} ${join(folder, `${name}.yaml`)}`,
    ),
  )
})

test('a link to a folder is not followed, so that a loop makes no job twice', async (t) => {
  const folder = await tempFolder(t)
  await mkdir(join(folder, 'sub'))
  await writeFile(join(folder, 'sub', 'one.yaml'), 'program: {type: no-op}\n')
  await symlink('..', join(folder, 'sub', 'up'))
  await symlink('.', join(folder, 'here'))
  const { jobs, diagnostics } = await loaderOf(folder).load()
  assert.deepEqual(diagnostics, [])
  assert.deepEqual(
    jobs.map(({ id }) => id),
    ['sub/one'],
  )
})

test('a file that would be a job under another name is a warning, and its content does not matter', async (t) => {
  const folder = await tempFolder(t)
  const named = async (): Promise<readonly string[]> => {
    const { diagnostics, folderDiagnostics } = await loaderOf(folder).load()
    assert.deepEqual(diagnostics, folderDiagnostics)
    return diagnostics.map(({ code, severity, file }) => `${severity} ${code} ${file}`)
  }
  assert.deepEqual(await named(), [`notice JOB_FOLDER_EMPTY ${folder}`])
  await mkdir(join(folder, 'sub'))
  await writeFile(join(folder, 'sub', 'a.yml'), '[')
  await writeFile(join(folder, 'b.YAML'), '')
  const warnings = ['b.YAML', 'sub/a.yml'].map((name) => `warning JOB_FILE_NAME ${join(folder, name)}`)
  assert.deepEqual(await named(), [...warnings, `notice JOB_FOLDER_EMPTY ${folder}`])
  await writeFile(join(folder, 'good.yaml'), 'program: {type: no-op}\n')
  assert.deepEqual(await named(), warnings)
})

function loaderOf(jobs: string): JobLoader {
  return new JobLoader({ jobs, calendars: [], names: {} })
}

async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-jobs-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}
