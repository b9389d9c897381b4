import { describe, expect, it } from '@jest/globals';
import { asClientPassword, newClientPassword } from './client-password-text.js';

describe('A client password', () => {
  it('has four groups of letters and digits that are not mistaken for one another', () => {
    for (let count = 0; count < 200; count++) {
      expect(newClientPassword()).toMatch(/^[a-hjkmnp-z2-9]{6}(-[a-hjkmnp-z2-9]{6}){3}$/);
    }
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 200 }, newClientPassword)).size).toBe(200);
  });

  it('may be typed with capital letters, with blanks, and without hyphens', () => {
    const password = newClientPassword();
    const plain = password.replaceAll('-', '');
    const typings = [password, plain, password.toUpperCase(), ` ${password}\u200b\n`, password.replaceAll('-', ' – ')];
    for (const typed of typings) expect(asClientPassword(typed)).toBe(plain);
  });

  it('is no other password', () => {
    const password = newClientPassword();
    for (const other of ['', 'Correct-Horse-Battery-9', `${password}2`, password.slice(1), `l${password.slice(1)}`]) {
      expect(asClientPassword(other)).toBeUndefined();
    }
  });
});
