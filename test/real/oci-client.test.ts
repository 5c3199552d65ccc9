import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { ociClientSuite } from '../../src/oci/conformance.ts'
import { describeWith } from './programs.ts'
import { startDockerRegistry } from './servers/docker-registry.ts'
import { startSandboxProcess } from './servers/sandbox.ts'

describeWith(['docker-registry', 'htpasswd'], 'the OCI client on docker-registry', () => {
  ociClientSuite('docker-registry', async () => {
    const registry = await startDockerRegistry({ password: 'not-a-secret' })
    const basic = Buffer.from(`${registry.username}:${registry.password}`).toString('base64')
    return {
      base: new URL(registry.url),
      authorization: async () => `Basic ${basic}`,
      prepare: async () => {},
      close: () => registry.stop(),
    }
  })
})

ociClientSuite('the sandbox', async () => {
  const sandbox = await startSandboxProcess()
  const { region, credentials } = sandbox
  const ecr = new ECRClient({ endpoint: sandbox.awsEndpoint, region, credentials })
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
  const token = authorizationData?.[0]?.authorizationToken
  return {
    base: new URL(sandbox.registryEndpoint),
    authorization: async () => `Basic ${token}`,
    prepare: async (repositoryName) => {
      await ecr.send(new CreateRepositoryCommand({ repositoryName }))
    },
    close: async () => {
      ecr.destroy()
      await sandbox.stop()
    },
  }
})
