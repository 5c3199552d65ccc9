import type { Framework } from './framework.ts'

const access = ['repository-policy-public', 'registry-policy-public']
const encryption = ['kms-customer-key']

export const nist80053: Framework = {
  name: 'NIST 800-53',
  title: 'NIST SP 800-53, revision 5',
  requirements: [
    { id: 'AC-3', title: 'access enforcement', controls: access },
    { id: 'AC-6', title: 'least privilege', controls: [...access, 'cross-account-push'] },
    { id: 'AU-9', title: 'protection of audit information', controls: encryption },
    {
      id: 'CA-9(1)',
      title: 'compliance checks of internal connections',
      controls: ['tag-immutability', 'lifecycle-present', ...encryption],
    },
    { id: 'CM-2', title: 'baseline configuration', controls: ['tag-immutability', 'lifecycle-present'] },
    { id: 'CM-2(2)', title: 'automation of the baseline', controls: ['lifecycle-present'] },
    { id: 'CM-3(6)', title: 'cryptography management', controls: encryption },
    { id: 'CM-8', title: 'component inventory', controls: ['repository-unused', 'owner-tag'] },
    { id: 'CM-8(1)', title: 'inventory kept up to date', controls: ['tag-immutability'] },
    { id: 'CP-6', title: 'alternate storage site', controls: ['replication-configured'] },
    {
      id: 'RA-5',
      title: 'vulnerability monitoring and scanning',
      controls: ['scanning-effective', 'latest-image-scanned'],
    },
    { id: 'SC-7(10)', title: 'prevention of exfiltration', controls: encryption },
    { id: 'SC-12(2)', title: 'symmetric keys', controls: encryption },
    { id: 'SC-13', title: 'cryptographic protection', controls: encryption },
    { id: 'SC-28', title: 'protection at rest', controls: encryption },
    { id: 'SC-28(1)', title: 'cryptographic protection at rest', controls: encryption },
    { id: 'SI-7', title: 'integrity of software', controls: ['cross-account-push'] },
    { id: 'SI-7(6)', title: 'integrity by cryptography', controls: encryption },
    { id: 'SI-12', title: 'retention', controls: ['untagged-stale', 'repository-unused'] },
  ],
}
