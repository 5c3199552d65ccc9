import { sandboxAws } from '../aws/sandbox.fixture.ts'
import { ecrControl } from '../ecr/control.ts'
import { ociClientSuite } from './conformance.ts'

ociClientSuite('the sandbox', async () => {
  const { sandbox, aws, close } = await sandboxAws()
  const control = ecrControl(aws)
  const { authorization } = await control.getAuthorizationToken()
  return {
    base: new URL(sandbox.registryEndpoint),
    authorization: async () => `Basic ${authorization}`,
    prepare: async (repository) => {
      await control.createRepository({ name: repository })
    },
    close,
  }
})
