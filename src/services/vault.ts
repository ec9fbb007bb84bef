import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Keeps telephone numbers. What is stored is encrypted, and found again by a hash; both need the installation's secret,
 * so a copy of the database alone tells no number and cannot be tried against all numbers there are.
 */
export interface Vault {
  /** Encrypts a number for its case: it cannot be moved to another case's row. */
  seal(caseId: string, e164: string): string;
  /** The number behind `seal`'s text; throws when the text was changed or belongs elsewhere. */
  open(caseId: string, cipher: string): string;
  /** The same for a row as it is; null when there is no number in it, or none that can be read. */
  read(row: { readonly caseId: string; readonly cipher: string | null }): string | null;
  /** By this a number is found among the cases. */
  hashOf(e164: string): string;
  /** By this a number is found in the list of those never to be called. The two tables cannot be joined. */
  suppressionHashOf(e164: string): string;
  /** The six digits of a case: always the same, and nobody can guess them from the case. */
  accessCodeOf(caseId: string): string;
  /** By this a caller's six digits are found among the cases. */
  accessCodeHashOf(code: string): string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

export function createVault(secret: string): Vault {
  const keyFor = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'zhixiao', purpose, 32));
  const encryption = keyFor('numbers: encryption');
  const search = keyFor('numbers: search');
  const suppression = keyFor('numbers: suppression');
  const access = keyFor('access codes');
  const mac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url');
  function open(caseId: string, text: string): string {
    const bytes = Buffer.from(text, 'base64url');
    const iv = bytes.subarray(0, IV_BYTES);
    const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', encryption, iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(caseId))
      .setAuthTag(tag);
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  return {
    seal(caseId, e164) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', encryption, iv).setAAD(Buffer.from(caseId));
      const body = Buffer.concat([cipher.update(e164, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    open,
    read({ caseId, cipher }) {
      if (cipher === null) return null;
      try {
        return open(caseId, cipher);
      } catch {
        return null;
      }
    },
    hashOf: (e164) => mac(search, e164),
    suppressionHashOf: (e164) => mac(suppression, e164),
    accessCodeOf: (caseId) =>
      String(createHmac('sha256', access).update(`case ${caseId}`).digest().readUInt32BE() % 1_000_000).padStart(
        6,
        '0',
      ),
    accessCodeHashOf: (code) => mac(access, code),
  };
}
