import type { Framework } from './framework.ts'

export const nist800190: Framework = {
  id: 'nist-800-190',
  name: 'NIST 800-190',
  title: 'NIST SP 800-190, Application Container Security Guide, section 4',
  requirements: {
    '4.1.1': 'vulnerabilities in images',
    '4.1.2': 'configuration of images',
    '4.1.4': 'secrets in images',
    '4.1.5': 'untrusted images',
    '4.2.1': 'connections to registries',
    '4.2.2': 'stale images in registries',
    '4.2.3': 'authentication and authorization of registries',
  },
}
