import { describe, expect, it } from '@jest/globals';
import { checkMachineId, checkMachineIdBinds, type MachineIdDoor } from './machine-id.js';

const shared = '382b0f5185773fa0f67a8ed8056c7759';

function codeOf(machineId: string, door: MachineIdDoor): string | undefined {
  try {
    checkMachineId(machineId, door);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Every part of the word that the clients take for every machine. */
const parts = Array.from('katalon-ami').flatMap((_, from, letters) =>
  letters.slice(from).map((__, count) => 'katalon-ami'.slice(from, from + count + 1)),
);

describe('A machine id', () => {
  it.each(['client', 'native'] as const)('that the clients take for every machine is refused (%s)', (door) => {
    for (const id of [...parts, 'katalon-special-license', '*', 'a*', '%', '?', 'ANY', 'all', 'wildcard']) {
      expect([id, codeOf(id, door)]).toEqual([id, 'wildcard-machine-id']);
    }
  });

  it.each(['client', 'native'] as const)('is refused however one of those is spelled (%s)', (door) => {
    const spelled = [
      'KATALON-AMI',
      ' ami ',
      'ami\n',
      'a\u200bmi',
      '\u202eami',
      'ａｍｉ',
      'Ｋatalon',
      '\u212aatalon',
      'ka\u00adta',
      'on\u2010am',
      'on\u2011am',
      'on\u2212am',
      '－',
      '--',
      '-'.repeat(32),
      'a m i',
      'katalon\u00a0special-license'.replace('\u00a0', '-\u00a0'),
      'Katalon-Special-License\u3164',
      '＊',
      '％',
      'ka\ufe0ft',
      '\u200b',
    ];
    for (const id of spelled) expect([id, codeOf(id, door)]).toEqual([id, 'wildcard-machine-id']);
  });

  it('of a Katalon client is 16 to 128 hexadecimal digits and hyphens, to the letter', () => {
    for (const id of ['0cc175b9c0f1b6a831c399e269772661', 'A'.repeat(16), 'f'.repeat(128), '0f-'.repeat(10), shared]) {
      expect([id, codeOf(id, 'client')]).toEqual([id, undefined]);
    }
    const wrong = [
      'host-1',
      '0'.repeat(15),
      '0'.repeat(129),
      `${'0'.repeat(32)}\n`,
      ` ${'0'.repeat(32)}`,
      '０'.repeat(32),
      'g'.repeat(32),
      '.',
    ];
    for (const id of wrong) expect([id, codeOf(id, 'client')]).toEqual([id, 'machine-id-not-accepted']);
  });

  it('of another program is any visible text', () => {
    for (const id of ['host-1', '机器-🦄', 'a b', "'; DROP TABLE lease; --", 'ﷺ', 'kata', 'amigo', 'katalon-amis']) {
      const expected = 'katalon-ami'.includes(id) ? 'wildcard-machine-id' : undefined;
      expect([id, codeOf(id, 'native')]).toEqual([id, expected]);
    }
    for (const id of [
      ' host-1',
      'host-1\u00a0',
      'host\n1',
      'host\t1',
      '\u202ehost',
      'ho\u200bst',
      'host\ufeff',
      'h\u2028',
    ]) {
      expect([id, codeOf(id, 'native')]).toEqual([id, 'machine-id-not-accepted']);
    }
    for (const id of ['.', '..']) expect(codeOf(id, 'native')).toBe('unaddressable-machine-id');
  });

  it('that many machines share binds nothing', () => {
    for (const id of [shared, shared.toUpperCase(), ` ${shared}`]) {
      expect(() => checkMachineIdBinds(id)).toThrow('floating seats only');
    }
    checkMachineIdBinds('0cc175b9c0f1b6a831c399e269772661');
  });
});
