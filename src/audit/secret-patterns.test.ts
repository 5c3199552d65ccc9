import fc from 'fast-check'
import { expect, test } from 'vitest'
import { secretsIn } from './secret-patterns.ts'

// Every secret here is invented, and put together so that no scanner of this repository takes it for a real one.
const word = (letter: string, times: number) => letter.repeat(times)
const accessKey = `AKIA${word('A', 16)}`
const gitHub = `ghp_${word('a', 36)}`
const privateKey = `-----BEGIN RSA ${'PRIVATE'} KEY-----`

const withEnv = (...Env: unknown[]) => JSON.stringify({ config: { Env } })
const withSteps = (...steps: unknown[]) =>
  JSON.stringify({ history: steps.map((created_by) => ({ created_by })) })

test.each([
  ['DB_PASSWORD=not-a-real-password', 'value of a secret name'],
  ['db_password=s3cr3t', 'value of a secret name'],
  ['MYSQL_ROOT_PASSWD=x1', 'value of a secret name'],
  ['API_KEY=abc=def==', 'value of a secret name'],
  ['APIKEY=abcdef', 'value of a secret name'],
  ['JWT_SECRET=hunter2hunter2', 'value of a secret name'],
  ['NPM_TOKEN=abcdef', 'value of a secret name'],
  ['SIGNING_PRIVATE_KEY=abcdef', 'value of a secret name'],
  ['AWS_SECRET_ACCESS_KEY=abcdef', 'value of a secret name'],
  ['GOOGLE_CREDENTIALS={"type":"x"}', 'value of a secret name'],
  ['PASSWORD=../etc', 'value of a secret name'],
  [`HARMLESS=${accessKey}`, 'AWS access key'],
  [`CONFIG=key: ${accessKey}, more`, 'AWS access key'],
  [`HARMLESS=${privateKey}\nMII`, 'private key'],
  [`HARMLESS=${gitHub}`, 'GitHub token'],
  [`HARMLESS=github_pat_${word('a', 50)}`, 'GitHub token'],
  [`HARMLESS=xoxb-${word('1', 12)}`, 'Slack token'],
  [`HARMLESS=npm_${word('b', 36)}`, 'npm token'],
  ['DATABASE_URL=postgres://shop:pa55word@db.example.com/shop', 'password in a URL'],
])('%s', (line, kind) => {
  const [name] = line.split('=')
  expect(secretsIn(withEnv('PATH=/bin', line))).toEqual([{ where: `environment variable ${name}`, kind }])
})

test.each([
  'PATH=/usr/bin:/bin',
  'PASSWORD=',
  'DB_PASSWORD=/run/secrets/db',
  'DB_PASSWORD_FILE=/run/secrets/db',
  'DB_PASSWORD=$DB_PASSWORD',
  'DB_PASSWORD=\u0024{PASSWORD}',
  'DB_PASSWORD=<your password>',
  'DB_PASSWORD=changeme',
  'DB_PASSWORD=REDACTED',
  'DB_PASSWORD=*****',
  'DB_PASSWORD=xxxx',
  'USE_TOKEN=true',
  'DB_SECRET=arn:aws:secretsmanager:eu-west-1:111122223333:secret:db',
  'OAUTH_TOKEN=https://login.example.com/token',
  'KEYBOARD=abcdef',
  'TOKENIZER=fast',
  'PASSWORD_MIN_LENGTH=12',
  'SECRETARY=alice',
  'URL=https://example.com/a:b@c',
  'URL=postgres://db.example.com:5432/shop',
  'URL=postgres://\u0024{USER}:\u0024{PASSWORD}@db/shop',
  `NOTES=x${accessKey}x`,
  'no equals sign',
  '',
])('%s is no secret', (line) => {
  expect(secretsIn(withEnv(line))).toEqual([])
})

test.each<[string, string, string]>([
  ['RUN DB_PASSWORD=hunter22 ./migrate', 'build step 1, DB_PASSWORD', 'value of a secret name'],
  ['ARG NPM_TOKEN="abc def"', 'build step 1, NPM_TOKEN', 'value of a secret name'],
  ['|1 API_KEY=abc123 /bin/sh -c make', 'build step 1, API_KEY', 'value of a secret name'],
  [`RUN echo ${gitHub} > ~/.netrc`, 'build step 1', 'GitHub token'],
  ['RUN git clone https://ci:tok3n@git.example.com/x', 'build step 1', 'password in a URL'],
])('step %s', (step, where, kind) => {
  expect(secretsIn(withSteps(step))).toEqual([{ where, kind }])
})

test.each([
  'COPY . /app',
  'RUN DB_PASSWORD=$DB_PASSWORD ./migrate',
  'RUN --mount=type=secret,id=npm npm ci',
  'ENV DB_PASSWORD=""',
  "ARG TOKEN='changeme'",
])('step %s is no secret', (step) => {
  expect(secretsIn(withSteps(step))).toEqual([])
})

test('says where once, even if it is there twice, and counts the steps', () => {
  expect(secretsIn(withEnv('A_TOKEN=abc1', 'A_TOKEN=abc2'))).toHaveLength(1)
  expect(secretsIn(withSteps('RUN true', null, 7, 'ARG A_TOKEN=abc1'))).toEqual([
    { where: expect.stringContaining('A_TOKEN'), kind: 'value of a secret name' },
  ])
})

test.each([
  ['', 'no text'],
  ['{', 'no JSON'],
  ['null', 'null'],
  ['[]', 'a list'],
  ['7', 'a number'],
  ['{"config":null,"history":null}', 'nulls'],
  ['{"config":{"Env":"DB_PASSWORD=abc1"},"history":{"created_by":"x"}}', 'other types'],
  ['{"config":{"Env":[null,7,{"a":1},["DB_PASSWORD=abc1"]]},"history":[null,7,"x"]}', 'other types inside'],
  ['{"__proto__":{"config":{"Env":["DB_PASSWORD=abc1"]}}}', 'a prototype'],
  [`{"config":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'deep'],
])('%s', (text) => {
  expect(secretsIn(text)).toEqual([])
})

test.each([
  [gitHub, 'GitHub token'],
  [`=${gitHub}`, 'GitHub token'],
  [`${gitHub}=1`, 'GitHub token'],
  [`my token ${gitHub}=abc1`, 'GitHub token'],
  ['http://a:pa55word@b/PASSWORD=x1', 'password in a URL'],
])('a secret in the place of a name is not shown as one', (line, kind) => {
  expect(secretsIn(withEnv('PATH=/bin', line))).toEqual([
    { where: 'environment variable 2, whose name is none', kind },
  ])
})

// What is quadratic in these takes minutes, and the test its time limit.
test('a huge, hostile line takes no time', () => {
  const hostile = [
    'a://'.repeat(200_000),
    `${word('x', 500_000)}:`,
    word('A=', 200_000),
    `A_TOKEN="${word('y', 500_000)}`,
  ]
  for (const text of hostile) {
    secretsIn(withEnv(text))
    secretsIn(withSteps(text))
  }
})

test('whatever a configuration holds: it never throws, and what it finds holds no value', () => {
  const value = fc.string({ minLength: 12 }).filter((text) => !/[\s$<*]/.test(text))
  fc.assert(
    fc.property(
      fc.jsonValue(),
      value,
      fc.constantFrom('DB_PASSWORD', 'X_TOKEN', 'api_key'),
      (json, secret, name) => {
        secretsIn(JSON.stringify(json))
        const line = `${name}=${secret}`
        const found = secretsIn(
          JSON.stringify({ config: { Env: [line] }, history: [{ created_by: `RUN ${line}` }] }),
        )
        expect(JSON.stringify(found)).not.toContain(JSON.stringify(secret).slice(1, -1))
      },
    ),
    { numRuns: 300 },
  )
})
