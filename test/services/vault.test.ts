import { describe, expect, it } from 'vitest';
import { createVault } from '../../src/services/vault.ts';

const vault = createVault('a secret of this installation');

describe('the vault of numbers', () => {
  it('gives back the number that was put in', () => {
    expect(vault.open('case-1', vault.seal('case-1', '+8613800138000'))).toBe('+8613800138000');
  });

  it('encrypts the same number otherwise each time and never shows it', () => {
    const first = vault.seal('case-1', '+8613800138000');
    expect(vault.seal('case-1', '+8613800138000')).not.toBe(first);
    expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('138001');
  });

  it('refuses a text that was changed, belongs to another case or to another installation', () => {
    const sealed = vault.seal('case-1', '+8613800138000');
    const bytes = Buffer.from(sealed, 'base64url');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(() => vault.open('case-1', bytes.toString('base64url'))).toThrow();
    expect(() => vault.open('case-2', sealed)).toThrow();
    expect(() => createVault('another secret').open('case-1', sealed)).toThrow();
    expect(() => vault.open('case-1', 'short')).toThrow();
  });

  it('hashes a number for its two uses so that one list does not tell the other', () => {
    expect(vault.hashOf('+8613800138000')).toBe(vault.hashOf('+8613800138000'));
    expect(vault.hashOf('+8613800138000')).not.toBe(vault.hashOf('+8613800138001'));
    expect(vault.hashOf('+8613800138000')).not.toBe(vault.suppressionHashOf('+8613800138000'));
    expect(vault.hashOf('+8613800138000')).not.toBe(createVault('another').hashOf('+8613800138000'));
  });
});
