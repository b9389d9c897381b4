import { describe, expect, it } from '@jest/globals';
import { manifestAttribute, readJarManifest } from './manifest.js';

const read = (text: string) => readJarManifest(Buffer.from(text));

describe('A manifest', () => {
  it('is read with every kind of line end', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const manifest = read(
        ['Manifest-Version: 1.0', 'Bundle-Version: 1.2.3', '', 'Name: x', 'Bundle-Name: y'].join(end),
      );
      expect([...manifest]).toEqual([
        ['manifest-version', '1.0'],
        ['bundle-version', '1.2.3'],
      ]);
    }
  });

  it('joins continued lines, also within a character', () => {
    const bytes = Buffer.from('Bundle-Name: Käse');
    const split = bytes.indexOf(0xc3) + 1;
    const folded = Buffer.concat([bytes.subarray(0, split), Buffer.from('\r\n '), bytes.subarray(split)]);
    expect(readJarManifest(folded).get('bundle-name')).toBe('Käse');
  });

  it('is empty when it is nonsense', () => {
    expect(readJarManifest(Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0x0a, 0x20])).size).toBe(0);
    expect(read('').size).toBe(0);
  });
});

describe('An attribute', () => {
  const manifest = read(
    'Bundle-Name: %name\nBundle-SymbolicName: com.example.a;singleton:=true\nBundle-Version: ${version}\n',
  );

  it('comes without its directives', () => {
    expect(manifestAttribute(manifest, 'Bundle-SymbolicName')).toBe('com.example.a');
  });

  it('that is a placeholder says nothing', () => {
    expect(manifestAttribute(manifest, 'Bundle-Name', 'Bundle-SymbolicName')).toBe('com.example.a');
    expect(manifestAttribute(manifest, 'Bundle-Version')).toBeUndefined();
  });
});
