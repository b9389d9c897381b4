/* global document, getComputedStyle, window */
/**
 * Runs in the page: what a person could not reach or read of what can be clicked or typed into. An element may be above or
 * below what the window shows, for people scroll there; sideways nobody finds it.
 *
 * @returns {string[]} each element that is cut off, off the edge or under another one, and how
 */
function layoutFaults() {
  const controls =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"], [role=tab], [role=menuitem]';
  const isReachable = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.closest('[inert], [aria-hidden=true], .skip');
  /** For screen readers only, or drawn by another element: a native radio button under its label. */
  const isDrawn = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 2 && height > 2 && !/inset|rect/.test(getComputedStyle(element).clipPath);
  };
  const nameOf = (element) =>
    `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? (element.textContent || element.name || element.className)).trim().slice(0, 60)}"`;

  const cutAt = (element) => {
    const { left, right } = element.getBoundingClientRect();
    if (left < -1 || right > document.documentElement.clientWidth + 1) return 'off the edge';
    const isFixed = (each) => getComputedStyle(each).position === 'fixed';
    for (let each = element; each && !isFixed(each); each = each.parentElement) {
      const parent = each.parentElement;
      if (!parent || parent === document.body || getComputedStyle(parent).overflowX === 'visible') continue;
      const frame = parent.getBoundingClientRect();
      if (left < frame.left - 1 || right > frame.right + 1) return 'cut off at the side';
    }
    return undefined;
  };
  const wordsCut = (element) => {
    const words = element.matches('button, a') ? [element, ...element.querySelectorAll('span')] : [];
    const cut = words.find(
      (each) =>
        each.scrollWidth > each.clientWidth + 1 &&
        each.clientWidth > 2 &&
        getComputedStyle(each).overflowX === 'hidden',
    );
    return cut && getComputedStyle(cut).textOverflow !== 'ellipsis' ? 'its words are cut off' : undefined;
  };
  /** A line of words in a box around it, such as a button's, stands in its middle. */
  const wordsOff = (element) => {
    const words = element.matches('.mantine-Button-root') && element.querySelector('.mantine-Button-label');
    if (!words) return undefined;
    const middleOf = ({ top, bottom }) => (top + bottom) / 2;
    const range = document.createRange();
    range.selectNodeContents(words);
    const off = Math.abs(middleOf(range.getBoundingClientRect()) - middleOf(element.getBoundingClientRect()));
    return off > 3 ? 'off the middle of its box' : undefined;
  };
  const coverOf = (element) => {
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    const { left, top, width, height } = element.getBoundingClientRect();
    const over = document.elementFromPoint(left + width / 2, top + height / 2);
    const belongs =
      !over || element.contains(over) || over.contains(element) || over.closest('label')?.contains(element);
    const labelled = [...(element.labels ?? [])].some((label) => label.contains(over));
    return belongs || labelled ? undefined : `under ${nameOf(over)}`;
  };

  const top = window.scrollY;
  const faults = [...document.querySelectorAll(controls)]
    .filter((element) => isReachable(element) && isDrawn(element))
    .flatMap((element) => {
      const fault = cutAt(element) ?? wordsCut(element) ?? wordsOff(element) ?? coverOf(element);
      return fault ? [`${nameOf(element)} is ${fault}`] : [];
    });
  window.scrollTo(0, top);
  if (document.documentElement.scrollWidth > window.innerWidth + 1) faults.push('the page is wider than the window');
  return faults;
}

layoutFaults();
