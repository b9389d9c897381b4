/** Words that come before the release itself, in their order. */
const before = ['dev', 'snapshot', 'alpha', 'a', 'beta', 'b', 'milestone', 'm', 'pre', 'preview', 'ea', 'rc', 'cr'];
/** Words that mean the release. */
const release = ['final', 'ga', 'release'];

/**
 * A key that sorts as versions do when it is compared byte by byte: numbers by value, `1.0` like `1.0.0`, `1.0-rc1` before `1.0`,
 * and `1.0.jre8` after it.
 */
export function versionOrder(version: string): string {
  const tokens = version.toLowerCase().match(/\p{Nd}+|\p{L}+/gu) ?? [];
  const keys: string[] = [];
  let zeros = 0;
  for (const token of tokens) {
    if (/^0+$/.test(token)) {
      zeros++;
      continue;
    }
    if (release.includes(token)) continue;
    const word = before.indexOf(token);
    const isNumber = /^\d+$/.test(token);
    // Zeros count only with a number after them.
    if (isNumber) keys.push(...Array.from({ length: zeros }, () => numberKey('0')), numberKey(token));
    else if (word >= 0) keys.push(`1${String(word).padStart(2, '0')}`);
    else keys.push(`4${token} `);
    zeros = 0;
  }
  return `${keys.join('')}3`;
}

/** Numbers of any length: how many digits, then the digits. */
function numberKey(digits: string): string {
  const significant = digits.replace(/^0+(?=.)/, '');
  return `5${String(significant.length).padStart(3, '0')}${significant}`;
}
